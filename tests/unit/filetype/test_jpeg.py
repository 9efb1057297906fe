"""Photos by their markers."""

import struct

from gateway.filetype.jpeg import codestream, jpeg
from tests import builders

PHOTO = builders.photo()


def segment(marker: int, content: bytes) -> bytes:
    """Write a segment."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def end(content: bytes) -> int | None:
    """Return where the photo ends."""
    found = jpeg(memoryview(content))
    return found.end if found else -1


def test_thumbnail_inside_is_not_the_end() -> None:
    """A camera puts a small JPEG into a marker segment."""
    photo = PHOTO[:2] + segment(0xE1, PHOTO) + PHOTO[2:]

    assert len(photo) == end(photo)


def test_fill_bytes_before_a_marker_are_stepped_over() -> None:
    """Any number of FF may stand before a marker (B.1.1.2)."""
    photo = PHOTO[:2] + b"\xff\xff\xff" + PHOTO[2:]

    assert len(photo) == end(photo)


def test_comments_and_application_segments_are_spare() -> None:
    """No picture is made of them."""
    found = jpeg(memoryview(PHOTO[:2] + segment(0xFE, b"a comment") + PHOTO[2:]))

    assert found is not None
    assert (6, 15) in found.spare


def test_photo_without_a_frame_or_with_text_for_a_scan_is_none() -> None:
    """Markers alone are no photo."""
    start, scan = PHOTO.index(b"\xff\xc0"), PHOTO.index(b"\xff\xda")
    no_frame = PHOTO[:start] + PHOTO[start + 19 :]
    text = PHOTO[: scan + 14] + b"alert('all of this is a script'); " * 20

    assert [-1, -1, -1] == [end(no_frame), end(text), end(b"\xff\xd8\xff\xd9")]


def test_bare_codestream_needs_a_size_and_a_tile() -> None:
    """JPEG 2000 without boxes begins with its main header."""
    header = b"\xff\x4f" + segment(0x51, bytes(38))

    assert codestream(memoryview(header + segment(0x90, bytes(8)))) is not None
    assert codestream(memoryview(b"\xff\x4f" + segment(0x90, bytes(8)))) is None
    assert codestream(memoryview(header + b"filler")) is None
