"""Bitmaps and icons."""

import struct

import pytest

from gateway.filetype.rasters import bmp, icon


def bitmap(
    depth: int = 24, width: int = 4, height: int = 2, packing: int = 0, stored: int = 0, gap: bytes = b""
) -> bytes:
    """Write a bitmap with black pixels."""
    size = stored or (width * depth + 31) // 32 * 4 * abs(height)
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, depth, packing, stored, 0, 0, 0, 0)
    start = 14 + len(header) + len(gap)
    return b"BM" + struct.pack("<IHHI", start + size, 0, 0, start) + header + gap + bytes(size)


@pytest.mark.parametrize("content", [bitmap(), bitmap(1), bitmap(32, height=-2), bitmap(8, packing=1, stored=30)])
def test_bitmap_ends_behind_its_pixels(content: bytes) -> None:
    """Whatever stands behind."""
    assert len(content) == getattr(bmp(memoryview(content + b"and more")), "end", -1)


@pytest.mark.parametrize("content", [bitmap(5), bitmap(width=0), bitmap(packing=9), bitmap()[:-20], b"BM" + bytes(30)])
def test_bitmap_without_its_pixels_is_none(content: bytes) -> None:
    """A header with filler behind it."""
    assert bmp(memoryview(content)) is None


def test_gap_between_header_and_pixels_is_spare() -> None:
    """No colour table of that size is needed."""
    found = bmp(memoryview(bitmap(gap=b"something else")))

    assert found is not None
    assert ((54, 68),) == found.spare


def icons(picture: bytes, at: int = 22, kind: int = 1) -> bytes:
    """Write an icon or cursor of one picture."""
    entry = struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, len(picture), at)
    return struct.pack("<HHH", 0, kind, 1) + entry + bytes(at - 22) + picture


PICTURE = struct.pack("<IiiHH", 40, 16, 32, 1, 32) + bytes(80)


def test_icon_ends_behind_its_last_picture() -> None:
    """What lies between directory and picture is spare."""
    content = icons(PICTURE, at=40)
    found = icon(memoryview(content + b"and more"))

    assert found is not None
    assert (len(content), ((22, 40),)) == (found.end, found.spare)


@pytest.mark.parametrize("content", [icons(b"MZ" + bytes(90)), icons(PICTURE)[:-40], bytes(6), b"\0\0\1\0\xff\xff"])
def test_icon_without_pictures_is_none(content: bytes) -> None:
    """Each entry must lead to one."""
    assert icon(memoryview(content)) is None
