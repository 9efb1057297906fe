"""TIFF by its directories."""

import struct

import pytest

from gateway.filetype.tiff import tiff


def page(order: str, at: int, *fields: tuple[int, int, int, int], after: int = 0) -> bytes:
    """Write a directory that lies at `at`; the fields are tag, kind, count, value."""
    entries = b"".join(struct.pack(f"{order}HHII", *field) for field in fields)
    return struct.pack(f"{order}H", len(fields)) + entries + struct.pack(f"{order}I", after)


SIZE = ((256, 4, 1, 4), (257, 4, 1, 4))


@pytest.mark.parametrize(("mark", "order"), [(b"II", "<"), (b"MM", ">")])
def test_end_is_behind_the_last_piece(mark: bytes, order: str) -> None:
    """Pixels and directories lie in any order."""
    fields = (*SIZE, (273, 4, 1, 8), (279, 4, 1, 16))
    content = mark + struct.pack(f"{order}HI", 42, 24) + bytes(16) + page(order, 24, *fields)
    pixels_last = (
        mark + struct.pack(f"{order}HI", 42, 8) + page(order, 8, *SIZE, (273, 4, 1, 62), (279, 4, 1, 50)) + bytes(50)
    )

    assert [len(content), len(pixels_last)] == [
        getattr(tiff(memoryview(one + b"more")), "end", -1) for one in (content, pixels_last)
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"II*\0" + bytes(99),
        b"II*\0\x08\0\0\0" + page("<", 8, *SIZE) + bytes(20),
        b"II*\0\x08\0\0\0" + page("<", 8, (273, 4, 1, 8)) + bytes(20),
        b"II*\0\xff\xff\0\0" + bytes(99),
        b"II*\0",
    ],
)
def test_directories_without_a_picture_are_none(content: bytes) -> None:
    """Width, length and pixels must be told of."""
    assert tiff(memoryview(content)) is None


def test_directories_in_a_circle_end() -> None:
    """Each is read once."""
    content = b"II*\0\x08\0\0\0" + page("<", 8, *SIZE, (273, 4, 1, 8), (279, 4, 1, 8), after=8)

    assert tiff(memoryview(content)) is not None
