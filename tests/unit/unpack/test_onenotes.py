"""Files in a OneNote section."""

import struct

import pytest

from tests import builders
from tests.unit.unpack.walked import walked

SECTION = b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3" + bytes(1_000)
MARK = b"\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac"


def stored(content: bytes) -> bytes:
    """Write a FileDataStoreObject."""
    return MARK + struct.pack("<Q", len(content)) + bytes(12) + content + bytes(16)


def test_notes_and_pictures_are_parts() -> None:
    """A notebook without files is clean."""
    found = walked(SECTION + stored(builders.photo()))

    assert (found.places, found.kinds) == (["2"], [])


@pytest.mark.parametrize("before", [b"", bytes(1_048_570), stored(builders.photo())])
def test_file_is_judged(before: bytes) -> None:
    """A double click in the notes starts it."""
    found = walked(SECTION + before + stored(builders.program()))

    assert [one.detected for one in found.artifacts[1:]] == ["application/x-dosexec"]


@pytest.mark.parametrize("end", [MARK, MARK + b"\xff" * 20])
def test_cut_off_file_is_unreadable(end: bytes) -> None:
    """Its rest may be anything."""
    assert walked(SECTION + end).kinds == ["container_unreadable"]
