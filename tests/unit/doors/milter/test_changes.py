"""Actions on a header lead to exactly the header that is wanted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.doors.milter.changes import Field, Inexpressible, changes, split
from gateway.wire.milter_frames import Actions, FrameReader
from tests.unit.doors.milter.mta import Held

NAMES = (b"Received", b"Subject", b"subject", b"X-A")
fields = st.tuples(st.sampled_from(NAMES), st.sampled_from((b" a", b" b", b" a\r\n\tb", b"c"))).map(
    lambda one: (one[0], b"%b:%b\r\n" % one)
)
headers = st.lists(fields, max_size=7)


@given(headers, headers)
def test_any_header_becomes_any_other(old: list[Field], new: list[Field]) -> None:
    """Whatever stays, goes, changes or comes in, in its order and byte for byte."""
    frames = FrameReader().feed(b"".join(changes(old, new, has_space=True).frames))

    assert b"".join(raw for _, raw in new) + b"\r\n" == Held(list(old), b"").apply(frames)


@given(headers, headers, st.integers(0, 7))
def test_fields_that_stay_are_not_touched(old: list[Field], more: list[Field], at: int) -> None:
    """New fields are put in, and nothing else is done."""
    new = [*old[:at], *more, *old[at:]]
    change = changes(old, new, has_space=True)

    assert len(change.frames) == len(more)
    assert not change.needs & Actions.CHANGE_HEADERS


def test_fields_on_top_come_in_their_order() -> None:
    """The usual case: each is put before all others."""
    old = split(b"Subject: hi\r\n")
    change = changes(old, split(b"A: 1\r\nB: 2\r\n\t3\r\nSubject: hi\r\n"), has_space=True)
    said = [(chr(one.command), one.data) for one in FrameReader().feed(b"".join(change.frames))]

    assert said == [("i", b"\0\0\0\0B\0 2\n\t3\0"), ("i", b"\0\0\0\0A\0 1\0")]
    assert change.needs == Actions.ADD_HEADERS


def test_space_is_the_mtas_where_it_keeps_none() -> None:
    """It writes a blank itself."""
    old, new = split(b"Subject: hi\r\n"), split(b"Subject: [x] hi\r\n")
    change = changes(old, new, has_space=False)
    frames = list(FrameReader().feed(b"".join(change.frames)))

    assert [one.data for one in frames] == [b"\0\0\0\1Subject\0[x] hi\0"]
    assert Held(old, b"").apply(frames, has_space=False) == b"Subject: [x] hi\r\n\r\n"


def test_field_made_empty_stays() -> None:
    """An empty value would remove it."""
    (frame,) = FrameReader().feed(changes(split(b"A: 1\r\n"), split(b"A:\r\n"), has_space=True).frames[0])

    assert frame.data == b"\0\0\0\1A\0 \0"


@pytest.mark.parametrize("header", [b"no field\r\n", b": nameless\r\n", b"A: \0\r\n", b"A: " + b"x" * 70_000 + b"\r\n"])
def test_what_no_mta_would_take_is_told(header: bytes) -> None:
    """It is never left out."""
    with pytest.raises(Inexpressible):
        split(header)
