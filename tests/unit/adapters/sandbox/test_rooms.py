"""Places in rooms."""

from pathlib import Path

import pytest

from gateway.adapters.sandbox.rooms import ROOM, Rooms
from gateway.adapters.spool import SpoolFolder
from gateway.model.span import Span


@pytest.fixture(name="rooms")
def _rooms(tmp_path: Path) -> Rooms:
    """Three rooms of three bytes."""
    rooms = Rooms([SpoolFolder(tmp_path)() for _ in range(3)])
    for spool, content in zip(rooms.spools, (b"abc", b"def", b"ghi"), strict=True):
        spool.write(content)
    return rooms


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Span(0, 3), b"abc"),
        (Span(1, 2), b"b"),
        (Span(ROOM, ROOM + 3), b"def"),
        (Span(2 * ROOM + 1, 2 * ROOM + 3), b"hi"),
        (Span(3, 3), b""),
    ],
)
def test_place_says_room_and_bytes(rooms: Rooms, span: Span, expected: bytes) -> None:
    """High bits number the room."""
    assert rooms.holds(span)
    assert expected == b"".join(rooms.chunks(span))


@pytest.mark.parametrize(
    "span",
    [Span(0, 4), Span(2, 1), Span(-3, -1), Span(ROOM, ROOM + 4), Span(3 * ROOM, 3 * ROOM), Span(0, ROOM + 2)],
    ids=repr,
)
def test_place_outside_of_the_rooms_is_told(rooms: Rooms, span: Span) -> None:
    """Whatever a child says."""
    assert not rooms.holds(span)


def test_only_a_whole_room_has_a_descriptor(rooms: Rooms) -> None:
    """A part of one shares it."""
    spans = [Span(0, 3), Span(ROOM, ROOM + 3), Span(ROOM, ROOM + 2), Span(ROOM + 1, ROOM + 3)]

    assert [True, True, False, False] == [rooms.descriptor_of(span) is not None for span in spans]
    rooms.close()
