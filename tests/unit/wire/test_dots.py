"""The DATA decoder against a naive one that looks at single octets."""

import itertools
from dataclasses import dataclass

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gateway.wire.dots import DataDecoder

PIECES = st.sampled_from(
    [
        b"\r\n",
        b".",
        b"..",
        b"\r",
        b"\n",
        b"a",
        b"\r\n.",
        b"\r\n.\r",
        b"\r\n.\r\n",
        b"\n.\n",
        b"\0",
        b"\xff",
        b"abc",
        b"\x85",
    ]
)
WIRE = st.lists(PIECES, max_size=30).map(b"".join)
CUTS = st.lists(st.integers(0, 80), max_size=8)


@dataclass
class Naive:
    """What RFC 5321 section 4.5.2 says, one octet at a time."""

    message: bytes
    rest: bytes
    ended: bool
    bare: bool
    longest: int


def naive(wire: bytes) -> Naive:
    """Decode the slow way."""
    seen, message, ended, at = b"\r\n", bytearray(), False, 0
    for at in range(len(wire)):
        octet = wire[at : at + 1]
        if seen.endswith(b"\r\n.\r") and octet == b"\n":
            del message[-1:]  # the CR of the final line; its dot was never kept
            ended = True
            break
        if not (seen.endswith(b"\r\n") and octet == b"."):
            message += octet
        seen += octet
    text = bytes(message)
    left = text.replace(b"\r\n", b"")
    bare = b"\r" in left.replace(b"\n", b"\r")
    longest = max(map(len, text.split(b"\r\n")))
    return Naive(text, wire[at + 1 :] if ended else b"", ended, bare, longest)


def split(wire: bytes, cuts: list[int]) -> list[bytes]:
    """Cut `wire` at the given places."""
    at = [0, *sorted(min(cut, len(wire)) for cut in cuts), len(wire)]
    return [wire[start:end] for start, end in itertools.pairwise(at)]


def run(decoder: DataDecoder, chunks: list[bytes]) -> bytes:
    """Feed until the end; what was cut off behind it counts as pipelined."""
    message = b""
    for number, chunk in enumerate(chunks):
        message += decoder.feed(chunk)
        if decoder.ended:
            decoder.rest += b"".join(chunks[number + 1 :])
            break
    return message


@given(WIRE, CUTS)
@example(b".\r\n", [1, 2])
@example(b"\r\n.\r\r\n.\r\nQUIT\r\n", [4, 5, 6])
@example(b"a\n.\nMAIL\r\n.\r\n", [])
def test_every_split_decodes_as_the_naive_decoder_does(wire: bytes, cuts: list[int]) -> None:
    """Message, end, defects and pipelined rest do not depend on where the chunks are cut."""
    wire += b"\r\n.\r\n"
    decoder = DataDecoder(10_000)

    message = run(decoder, split(wire, cuts))

    expected = naive(wire)
    assert (expected.ended, expected.rest, expected.bare) == (decoder.ended, decoder.rest, decoder.bare_line_end)
    assert len(expected.message) == decoder.size
    assert expected.bare or message == expected.message
    assert (not expected.message.isascii()) == decoder.eight_bit


@given(WIRE, CUTS)
def test_octet_by_octet_equals_whole(wire: bytes, cuts: list[int]) -> None:
    """Single octets, any split and the whole give the same, also without an end."""
    assume(not naive(wire).bare)
    decoders = [DataDecoder(10_000) for _ in range(3)]
    chunks = ([wire], split(wire, cuts), [wire[at : at + 1] for at in range(len(wire))])

    whole, parts, octets = (
        (run(decoder, fed), decoder.ended, decoder.rest, decoder.size)
        for decoder, fed in zip(decoders, chunks, strict=True)
    )

    assert whole == parts == octets


@given(st.lists(st.integers(0, 12), max_size=8), CUTS, st.integers(0, 12))
def test_a_line_over_the_bound_is_seen_wherever_chunks_end(lengths: list[int], cuts: list[int], bound: int) -> None:
    """A line is too long exactly when its octets without CR LF are more than the bound."""
    wire = b"".join(b"x" * length + b"\r\n" for length in lengths)
    decoder = DataDecoder(10_000, max_line=bound)

    run(decoder, split(wire + b".\r\n", cuts))

    assert (max(lengths, default=0) > bound) == decoder.line_too_long


@given(WIRE, CUTS, st.integers(0, 60))
def test_size_over_the_limit_is_seen_and_reading_goes_on(wire: bytes, cuts: list[int], limit: int) -> None:
    """A message over the limit is known as such, and the end is still found."""
    wire += b"\r\n.\r\n"
    decoder = DataDecoder(limit)

    message = run(decoder, split(wire, cuts))

    expected = naive(wire)
    assert (len(expected.message) > limit, True) == (decoder.too_big, decoder.ended)
    assert len(message) <= limit


@given(WIRE, CUTS, st.booleans())
def test_dotless_is_said_of_no_message_with_a_dot_at_a_line_start(
    wire: bytes,
    cuts: list[int],
    mends: bool,  # noqa: FBT001
) -> None:
    """Such a message may leave without being looked at, however it came in; and most messages are dotless."""
    decoder = DataDecoder(10_000, normalises=mends)

    message = run(decoder, split(wire + b"\r\n.\r\n", cuts))

    assert not (decoder.is_dotless and b"\r\n." in b"\r\n" + message)
    assert decoder.is_dotless or decoder.bare_line_end or b"\r\n." in b"\r\n" + wire


@pytest.mark.parametrize(
    "ending",
    [
        b"\n.\n",
        b"\r.\r",
        b"\r\n.\n",
        b"\n.\r\n",
        b"\r\n.\r",
        b"\r\n\0.\r\n",
        b"\r\n.\0\r\n",
        b"\r\n. \r\n",
        b"\x85.\x85",
    ],
)
def test_nothing_else_ends_the_data(ending: bytes) -> None:
    """Smuggling variants are data."""
    decoder = DataDecoder(10_000)

    decoder.feed(b"text" + ending + b"MAIL FROM:<a@b.example>\r\n")

    assert (decoder.ended, decoder.rest) == (False, b"")


def test_empty_message_ends_with_the_first_line() -> None:
    """A dot as the very first line ends the data."""
    decoder = DataDecoder(10)

    assert decoder.feed(b".\r\nQUIT\r\n") == b""
    assert (decoder.ended, decoder.rest, decoder.size) == (True, b"QUIT\r\n", 0)


def test_seventy_thousand_octets_are_a_line() -> None:
    """Long lines of real senders pass unchanged."""
    line = b"x" * 70_000 + b"\r\n"
    decoder = DataDecoder(100_000)

    message = decoder.feed(line + b".\r\n")

    assert (line, False) == (message, decoder.is_flawed)
