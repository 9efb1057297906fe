"""What honestly stands behind a photo."""

import pytest

from gateway.filetype.followers import after_followers, is_makers
from tests import builders

PHOTO, CLIP = builders.photo(), builders.clip()


@pytest.mark.parametrize(
    "behind",
    [PHOTO, PHOTO * 3, b"\0" * 40 + PHOTO, b"\xff" * 7 + PHOTO, CLIP, PHOTO + CLIP, b"x" * 99 + b"SEFHabcdefghSEFT"],
)
def test_pictures_films_and_makers_data_are_stepped_over(behind: bytes) -> None:
    """MPO, gain maps, motion photos and trailers."""
    content = PHOTO + behind

    assert len(content) == after_followers(memoryview(content), len(PHOTO))


@pytest.mark.parametrize("behind", [b"MZ" + bytes(99), b"\xff\xd8\xff\xe0 filler", b"\0\0\0\x18ftypisom filler" * 3])
def test_anything_else_is_left(behind: bytes) -> None:
    """A signature alone is no picture and no film."""
    content = PHOTO + behind

    assert after_followers(memoryview(content), len(PHOTO)) < len(content) - 10


def test_makers_data_is_known_by_its_start_or_end() -> None:
    """Canon writes a name before, Samsung one behind."""
    assert is_makers(memoryview(b"CANON OPTIONAL DATA\0abc"), 0)
    assert is_makers(memoryview(b"something SEFHabcdefghSEFT\0\0"), 0)
    assert not is_makers(memoryview(b"something else"), 0)
