"""Films and photos of boxes."""

import struct

import pytest

from gateway.filetype.boxes import boxes
from tests import builders

CLIP = builders.clip()


def box(name: bytes, content: bytes = b"") -> bytes:
    """Write a box."""
    return struct.pack(">I", 8 + len(content)) + name + content


TRACKS = box(b"moov", box(b"mvhd", bytes(100)) + box(b"trak"))
STILL = box(b"meta", bytes(4) + box(b"hdlr", bytes(24)) + box(b"iloc"))


@pytest.mark.parametrize(
    "content",
    [
        box(b"ftyp", b"isom") + TRACKS + box(b"mdat", bytes(9)),
        box(b"mdat", bytes(9)) + TRACKS,
        box(b"wide") + box(b"mdat", bytes(9)) + box(b"free", bytes(9)) + TRACKS,
        box(b"ftyp", b"iso5") + TRACKS + box(b"moof") + box(b"mdat"),
        box(b"ftyp", b"heic") + STILL + box(b"mdat", bytes(9)),
        box(b"ftyp", b"heic") + STILL + box(b"mdat", bytes(9)) + box(b"mpvd", CLIP),
        box(b"jP  ", b"\r\n\x87\n") + box(b"jp2h") + box(b"jp2c", bytes(9)),
    ],
)
def test_vital_boxes_make_a_film_or_a_photo(content: bytes) -> None:
    """In any order; the end is behind the last of them."""
    found = boxes(memoryview(content))

    assert found is not None
    assert len(content) == found.end


@pytest.mark.parametrize(
    "content",
    [
        box(b"ftyp", b"isom") + box(b"mdat", bytes(99)),
        box(b"ftyp", b"isom") + TRACKS,
        box(b"ftyp", b"heic") + box(b"meta", bytes(4) + box(b"iloc")) + box(b"mdat"),
        box(b"ftyp", b"isom") + b"<script>alert(1)</script>",
        b"",
    ],
)
def test_boxes_without_tracks_or_without_data_are_none(content: bytes) -> None:
    """What nobody can play or show is no film and no photo."""
    assert boxes(memoryview(content)) is None


def test_film_that_breaks_off_or_runs_to_the_end_is_one() -> None:
    """A copy that ended early, and data without a size."""
    cut = boxes(memoryview(TRACKS + struct.pack(">I", 5000) + b"mdat" + bytes(99)))
    open_end = boxes(memoryview(TRACKS + struct.pack(">I", 0) + b"mdat" + bytes(99)))

    assert cut is not None
    assert cut.end is None
    assert open_end is not None
    assert len(TRACKS) + 107 == open_end.end


def test_large_sizes_are_read() -> None:
    """A size of 1 says that the size follows in 64 bits."""
    content = TRACKS + struct.pack(">I4sQ", 1, b"mdat", 26) + bytes(10)
    found = boxes(memoryview(content))

    assert found is not None
    assert len(content) == found.end


def test_boundless_boxes_are_given_up() -> None:
    """A file of nothing but tiny boxes does not keep us."""
    assert boxes(memoryview(b"\0\0\0\x08free" * 100_001)) is None
