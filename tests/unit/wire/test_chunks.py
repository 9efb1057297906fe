"""The chunks of BDAT: however they are cut, one message of lines."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.chunks import Chunk, ChunkDecoder, parse_chunk
from gateway.wire.lines import normalised

OCTETS = st.lists(st.sampled_from([b"\r\n", b"\r", b"\n", b".", b"\r\n.\r\n", b"a", b"\xff"]), max_size=30).map(
    b"".join
)
CUTS = st.lists(st.integers(0, 60), max_size=8)


def decoded(decoder: ChunkDecoder, octets: bytes, cuts: list[int]) -> bytes:
    """Feed in pieces, and end."""
    at = [0, *sorted(min(cut, len(octets)) for cut in cuts), len(octets)]
    return b"".join(decoder.feed(octets[start:end]) for start, end in itertools.pairwise(at)) + decoder.end()


@given(OCTETS, CUTS)
def test_message_is_what_was_counted_with_a_line_end(octets: bytes, cuts: list[int]) -> None:
    """Dots mean nothing; a lone CR or LF is seen wherever chunks end; a missing last line end is added."""
    decoder = ChunkDecoder(10_000)

    message = decoded(decoder, octets, cuts)

    bare = normalised(octets) != octets
    assert bare == decoder.bare_line_end == decoder.is_flawed
    if not bare:
        complete = octets if not octets or octets.endswith(b"\r\n") else octets + b"\r\n"
        assert (complete, len(complete)) == (message, decoder.size)


@given(OCTETS, CUTS)
def test_normalised_message_does_not_depend_on_the_cuts(octets: bytes, cuts: list[int]) -> None:
    """Every line end becomes CR LF, the last one included."""
    decoder = ChunkDecoder(10_000, normalises=True)

    message = decoded(decoder, octets, cuts)

    plain = normalised(octets)
    complete = plain if not plain or plain.endswith(b"\r\n") else plain + b"\r\n"
    assert (complete, False) == (message, decoder.is_flawed)


def test_limit_counts_over_all_chunks() -> None:
    """Nothing of what is too big is given on."""
    decoder = ChunkDecoder(10)

    assert decoder.feed(b"12345678\r\n") == b"12345678\r\n"
    assert (decoder.feed(b"1"), decoder.too_big) == (b"", True)


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("0", Chunk(0, is_last=False)),
        ("86 LAST", Chunk(86, is_last=True)),
        ("86  last", Chunk(86, is_last=True)),
        ("", None),
        ("-1", None),
        ("0x10", None),
        ("1 FIRST", None),
        ("1 LAST LAST", None),
        ("9" * 21, None),
        ("\u0663", None),
    ],
)
def test_argument_is_a_size_and_maybe_last(argument: str, expected: Chunk | None) -> None:
    """Anything else says nothing about where commands go on."""
    assert expected == parse_chunk(argument)
