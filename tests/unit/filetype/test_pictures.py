"""PNG by its chunks, GIF by its blocks."""

import pytest

from gateway.filetype.pictures import gif, png
from tests import builders

PICTURE, ANIMATION = builders.picture(), builders.animation()


def test_chunks_that_draw_nothing_are_spare() -> None:
    """Text and private chunks are read by no decoder."""
    text = b"\0\0\0\x09tEXtTitle\0abcCRC."

    found = png(memoryview(PICTURE[:33] + text + PICTURE[33:]))

    assert found is not None
    assert (41, 50) in found.spare
    assert len(PICTURE) + len(text) == found.end


@pytest.mark.parametrize(
    ("at", "value"), [(16, bytes(4)), (20, bytes(4)), (24, b"\3"), (25, b"\7"), (26, b"\1"), (28, b"\x09")]
)
def test_header_that_describes_no_picture_is_none(at: int, value: bytes) -> None:
    """Size, depth, colour type, compression and interlacing have few values."""
    assert png(memoryview(PICTURE[:at] + value + PICTURE[at + len(value) :])) is None


def test_pixels_that_are_no_zlib_stream_are_none() -> None:
    """Behind the name of the pixels' chunk stands something else."""
    at = PICTURE.index(b"IDAT") + 4
    fake = PICTURE[:at] + b"MZ\x90\0" + PICTURE[at + 4 :]

    assert png(memoryview(fake)) is None


def test_gif_without_a_picture_is_none() -> None:
    """Header and trailer alone, with or without a comment."""
    assert gif(memoryview(b"GIF89a\1\0\1\0\0\0\0;")) is None
    assert gif(memoryview(b"GIF89a\1\0\1\0\0\0\0!\xfe\5hello\0;")) is None


def test_comment_of_a_gif_is_spare() -> None:
    """The decoder steps over it."""
    found = gif(memoryview(ANIMATION[:-1] + b"!\xfe\5hello\0;"))

    assert found is not None
    assert (len(ANIMATION) + 1, len(ANIMATION) + 8) == found.spare[-1]
