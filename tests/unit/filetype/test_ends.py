"""Where files end."""

import pytest

from gateway.filetype import ends
from tests import builders

WHOLE = [
    (ends.jpeg, builders.photo()),
    (ends.png, builders.picture()),
    (ends.gif, builders.animation()),
    (ends.iso_bmff, builders.clip()),
    (ends.riff, b"RIFF\x04\0\0\0WEBP"),
    (ends.bmp, b"BM" + (30).to_bytes(4, "little") + bytes(24)),
    (ends.ebml, b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x82ab"),
]


@pytest.mark.parametrize(("end_of", "content"), WHOLE)
def test_file_ends_where_its_structure_says(end_of: "ends.End", content: bytes) -> None:
    """The end of a whole file is its length, with or without data behind it."""
    assert end_of(memoryview(content)) == len(content)
    assert end_of(memoryview(content + b"more of something")) == len(content)


@pytest.mark.parametrize(("end_of", "content"), WHOLE[:3])
def test_cut_off_picture_has_no_end(end_of: "ends.End", content: bytes) -> None:
    """A photo that was cut off is still a photo, but nothing can follow it."""
    assert end_of(memoryview(content[:-20])) is None


def test_thumbnail_inside_is_not_the_end() -> None:
    """A camera puts a small JPEG into a marker segment."""
    photo = builders.photo()
    segment = b"\xff\xe1" + (len(photo) + 2).to_bytes(2, "big") + photo
    with_thumbnail = photo[:2] + segment + photo[2:]

    assert ends.jpeg(memoryview(with_thumbnail)) == len(with_thumbnail)


def test_live_stream_has_no_end() -> None:
    """A Matroska segment of unknown size runs to the end of the file."""
    assert ends.ebml(memoryview(b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xffabc")) is None


def test_boundless_blocks_are_given_up() -> None:
    """A file of nothing but tiny blocks does not keep us."""
    assert ends.iso_bmff(memoryview(b"\0\0\0\x08free" * 100_001)) is None
