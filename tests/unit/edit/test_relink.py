"""New links in the places of old ones."""

from dataclasses import replace

import pybase64
from hypothesis import given
from hypothesis import strategies as st

from gateway.edit.relink import edits
from gateway.model.links import Piece, Slot
from gateway.model.span import Span

LINK = Piece(target="old")


def one(slot: Slot, url: str) -> bytes:
    """Return what stands in the place of a slot."""
    (edit,) = edits([slot], {"old": url})
    return edit.data


@given(st.integers(0, 70), st.integers(0, 70), st.integers(1, 300))
def test_quoted_lines_are_never_longer_than_76(column: int, rest: int, length: int) -> None:
    """RFC 2045 section 6.7, rule 5; and no line begins with a dot or a hyphen."""
    slot = Slot("1", Span(100, 103), "quoted-printable", (LINK,), column, rest)
    lines = (b"x" * column + one(slot, "https://" + ".-" * length) + b"y" * rest).split(b"\r\n")

    assert max(map(len, lines)) <= 76
    assert not [line for line in lines[1:] if line.startswith((b".", b"-"))]


@given(st.binary(max_size=2), st.binary(max_size=2), st.integers(1, 200), st.integers(0, 18))
def test_base64_keeps_what_follows_where_it_is(before: bytes, after: bytes, length: int, quanta: int) -> None:
    """The new stretch has whole quanta, and lines no longer than those around it."""
    size = len(before) + len(after) + 30
    size -= size % 3
    slot = Slot("1", Span(0, 40), "base64", (Piece(before), LINK, Piece(after)), quanta * 4, 20, 76, size)
    data = one(slot, "u" * length)
    said = pybase64.b64decode(data.replace(b"\r\n", b""), validate=True)
    lines = (b"A" * quanta * 4 + data + b"A" * 20).split(b"\r\n")

    assert 0 == len(said) % 3
    assert before + b"u" * length == said[: len(before) + length]
    assert said.endswith(after)
    assert b"" == said[len(before) + length : len(said) - len(after)].strip(b"/")
    assert max(map(len, lines)) <= 76


def test_slot_without_a_new_link_stays() -> None:
    """Links beyond what one message may have."""
    assert [] == list(edits([Slot("1", Span(0, 3), "", (LINK,), 0, 0)], {}))


def test_first_link_of_each_part_that_changes_is_named() -> None:
    """A seal is made for a message of which the log names a change."""
    long = Slot("1", Span(0, 3), "", (LINK,), 0, 990)
    short = Slot("1", Span(2000, 2003), "", (LINK,), 0, 0)
    other = Slot("2", Span(3000, 3003), "", (LINK,), 0, 0)
    made = edits([long, short, replace(short, span=Span(2500, 2503)), other], {"old": "u" * 30})

    assert ["link 1", "", "link 2"] == [edit.what for edit in made]


def test_links_share_the_room_of_their_line() -> None:
    """The second one would make it too long."""
    slots = [Slot("1", Span(at, at + 3), "", (LINK,), at, 700 - at) for at in (0, 300)]

    assert 1 == len(list(edits(slots, {"old": "u" * 250})))
