"""RAR archives: stored files, in blocks laid out as the technical notes say."""

from collections.abc import Callable

import pytest

from tests import builders
from tests.unit.unpack.packed import (
    MEMBERS,
    rar4,
    rar4_block,
    rar4_file,
    rar5,
    rar5_block,
    rar5_file,
    vint,
)
from tests.unit.unpack.walked import walked

NEW = rar5(*(rar5_file(name, content) for name, content in MEMBERS.items()))
OLD = rar4(*(rar4_file(name.encode(), content) for name, content in MEMBERS.items()))
LOCK = vint(49) + vint(1) + bytes(48)
"""The extra record of an encrypted file."""


@pytest.mark.parametrize("content", [NEW, OLD, OLD[:-7]], ids=["version 5", "version 4", "without its end block"])
def test_honest_archive_is_listed_to_its_end(content: bytes) -> None:
    """Each member with its name and its bytes, and no doubt."""
    found = walked(content)

    assert found.findings == []
    assert found.artifacts[0].is_container
    assert {one.where: found.content(one.where) for one in found.artifacts[1:]} == {
        f"2/{name}": data for name, data in MEMBERS.items()
    }


@pytest.mark.parametrize("content", [NEW, OLD], ids=["version 5", "version 4"])
@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda one: one + builders.zip_of({"a": b"a"}), "container_inconsistent"),
        (lambda one: one + b"more", "container_inconsistent"),
        (lambda one: one[:-30], "container_unreadable"),
    ],
    ids=["zip behind", "data behind", "cut off"],
)
def test_what_is_wrong_with_the_file_shows(content: bytes, change: Callable[[bytes], bytes], kind: str) -> None:
    """Both versions have an end and checksums."""
    found = walked(change(content))

    assert kind in found.kinds
    assert not found.artifacts[0].is_container


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (rar5(rar5_file("a.txt", b"text"), archive_flags=1), "container_unreadable"),
        (rar5(rar5_file("a.txt", b"text", flags=0x10)), "container_unreadable"),
        (rar5(rar5_file("a.txt", b"text"), rar5_file("STM", b":evil.exe", kind=3)), "container_unreadable"),
        (rar5(rar5_file("a.txt", b"text", extra=LOCK)), "container_encrypted"),
        (rar5(rar5_block(4, vint(0) + vint(0) + b"\x0f" + bytes(16))), "container_encrypted"),
        (rar4(rar4_file(b"a.txt", b"text"), archive_flags=1), "container_unreadable"),
        (rar4(rar4_file(b"a.txt", b"text", flags=2)), "container_unreadable"),
        (rar4(rar4_file(b"a.txt", b"text"), rar4_file(b"STM", b":evil", kind=0x7A)), "container_unreadable"),
        (rar4(rar4_file(b"a.txt", b"text", flags=4)), "container_encrypted"),
        (b"Rar!\x1a\x07\0" + rar4_block(0x73, 0x80, bytes(6)) + bytes(200), "container_encrypted"),
    ],
    ids=[
        f"{what}, {version}"
        for version in ("version 5", "version 4")
        for what in ("a volume", "goes on elsewhere", "a stream beside", "an encrypted file", "an encrypted directory")
    ],
)
def test_what_libarchive_overlooks_shows(content: bytes, kind: str) -> None:
    """Volumes, streams and locks."""
    found = walked(content)

    assert kind in found.kinds
    assert not found.artifacts[0].is_container
