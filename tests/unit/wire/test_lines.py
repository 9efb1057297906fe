"""Line ends of a message: refused or normalised, and the same for everybody who comes after."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.dots import DataDecoder
from gateway.wire.lines import has_bare_line_end, normalised
from gateway.wire.stuffing import Stuffer

OCTETS = st.lists(st.sampled_from([b"\r\n", b"\r", b"\n", b".", b"a", b"\0", b"\x85"]), max_size=40).map(b"".join)
CUTS = st.lists(st.integers(0, 60), max_size=6)


def naive(text: bytes) -> bytes:
    """Normalise one octet at a time."""
    out, at = b"", 0
    while at < len(text):
        length = 2 if text.startswith(b"\r\n", at) else 1
        out += b"\r\n" if text[at] in b"\r\n" else text[at : at + 1]
        at += length
    return out


@given(OCTETS)
def test_every_line_end_becomes_one(text: bytes) -> None:
    """CR, LF and CR LF each are one line end; nothing else changes, and once is enough."""
    once = normalised(text)

    assert naive(text) == once
    assert once == normalised(once)


def decoded(decoder: DataDecoder, wire: bytes, cuts: list[int]) -> bytes:
    """Feed in pieces."""
    at = [0, *sorted(min(cut, len(wire)) for cut in cuts), len(wire)]
    return b"".join(decoder.feed(wire[start:end]) for start, end in itertools.pairwise(at))


@given(OCTETS, CUTS)
def test_normalising_does_not_depend_on_where_chunks_end(text: bytes, cuts: list[int]) -> None:
    """It is the plain decoding with its line ends normalised, and the end of data stays where it was."""
    wire = Stuffer().feed(text) + b"\r\n.\r\nQUIT\r\n"
    decoder = DataDecoder(10_000, normalises=True)

    message = decoded(decoder, wire, cuts)

    if decoder.ended and decoder.rest.endswith(b"QUIT\r\n"):
        assert normalised(text + b"\r\n") == message
    assert (len(message), False) == (decoder.size, decoder.is_flawed)


@given(text=OCTETS, cuts=CUTS, pieces=CUTS, normalises=st.booleans())
def test_nothing_that_leaves_can_end_a_message_early(
    text: bytes, cuts: list[int], pieces: list[int], *, normalises: bool
) -> None:
    """However sloppy the next hop: no lone CR or LF, and the only line that is a dot is the last."""
    decoder = DataDecoder(10_000, normalises=normalises)
    message = decoded(decoder, text + b"\r\n.\r\n", cuts)
    if decoder.is_flawed:
        return
    stuffer, at = Stuffer(), [0, *sorted(min(cut, len(message)) for cut in pieces), len(message)]
    wire = b"".join(stuffer.feed(message[start:end]) for start, end in itertools.pairwise(at)) + stuffer.end()

    lines = wire.split(b"\r\n")
    assert not {b"\r", b"\n"} & {line[at : at + 1] for line in lines for at in range(len(line))}
    assert (lines[-2:], b"." in lines[:-2]) == ([b".", b""], False)


LINES = st.tuples(
    st.sampled_from([b"\r\n", b"a\r\n", b"." * 8 + b"\r\n", b"A" * 76 + b"\r\n", b"b" * 60 + b"\n"]),
    st.sampled_from([0, 1, 99, 100, 300]),
).map(lambda one: one[0] * one[1])


@given(before=OCTETS, lines=LINES, behind=OCTETS, flaw=st.sampled_from([b"", b"\r", b"\n", b"x"]), at=st.floats(0, 1))
def test_columns_tell_what_lines_tell(before: bytes, lines: bytes, behind: bytes, flaw: bytes, at: float) -> None:
    """A lone CR or LF is found wherever it stands in a run of even lines, before it or behind."""
    cut = int(at * len(lines))
    piece = before + lines[:cut] + flaw + lines[cut:] + behind
    left = piece.replace(b"\r\n", b"")

    assert (b"\r" in left or b"\n" in left) == has_bare_line_end(piece)


def test_short_lines_behind_even_ones_are_sound() -> None:
    """The end of a message with base64: its last line ends happen to fall into the column of those before."""
    for padding in range(78):
        piece = (b"x" * 76 + b"\r\n") * 500 + b"y" * padding + b"\r\n--b--\r\n\r\n"

        assert not has_bare_line_end(piece)
        assert has_bare_line_end(piece.replace(b"--b--\r\n", b"--b--\n"))
