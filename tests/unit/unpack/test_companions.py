"""What a Macintosh packs beside files is none; whatever only looks like it is one."""

import struct

import pytest

from tests import builders
from tests.unit.unpack.walked import walked

DOUBLE = struct.pack(">II16sHIIIIII", 0x51607, 0x20000, b"Mac OS X", 2, 9, 50, 32, 2, 82, 4) + bytes(36)
SETTINGS = b"\0\0\0\1Bud1" + bytes(200)
PHOTO = builders.photo()


def test_archive_of_a_macintosh_holds_its_files_only() -> None:
    """Finder writes the other halves behind the files, in a folder of their own."""
    found = walked(builders.zip_of({"a.jpg": PHOTO, "__MACOSX/._a.jpg": DOUBLE, ".DS_Store": SETTINGS, "b.jpg": PHOTO}))

    assert found.places == ["2", "2/a.jpg", "2/b.jpg"]
    assert found.findings == []
    assert found.artifacts[0].is_container


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("._other.jpg", DOUBLE),
        ("a.jpg", DOUBLE),
        ("._a.jpg", DOUBLE + b"more"),
        ("._a.jpg", DOUBLE[:-1]),
        ("._a.jpg", DOUBLE[:20]),
        ("._a.jpg", DOUBLE[:24] + b"\0\0" + DOUBLE[26:]),
        ("._a.jpg", builders.program()),
        ("._a.jpg", DOUBLE[:34] + (90_000).to_bytes(4, "big") + DOUBLE[38:] + bytes(90_000)),
        (".DS_Store", b"@echo off"),
    ],
    ids=["of no file", "under a name of its own", "more", "cut", "short", "empty", "a program", "large", "settings"],
)
def test_what_looks_like_it_is_judged(name: str, content: bytes) -> None:
    """As a file of its own."""
    found = walked(builders.zip_of({"a.jpg": PHOTO, f"__MACOSX/{name}": content}))

    assert found.places == ["2", "2/a.jpg", f"2/__MACOSX/{name}"]
