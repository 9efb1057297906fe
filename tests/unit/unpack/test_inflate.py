"""Bounded decompression."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.unpack.inflate import GZIP, RAW, inflated
from gateway.unpack.opener import CHUNK, Unreadable


def deflated(content: bytes, wrapping: int) -> bytes:
    """Compress with the given wrapping."""
    deflate = zlib.compressobj(wbits=wrapping)
    return deflate.compress(content) + deflate.flush()


@given(st.binary(max_size=300), st.integers(0, 3_000), st.sampled_from((RAW, GZIP)), st.binary(max_size=20))
def test_what_went_in_comes_out(pattern: bytes, times: int, wrapping: int, behind: bytes) -> None:
    """All bytes come out in bounded pieces, and the end of the stream is found."""
    content = pattern * times
    packed = deflated(content, wrapping)
    pieces: list[bytes] = []
    stream = inflated(memoryview(packed + behind), 0, wrapping)
    end = None
    while end is None:
        try:
            pieces.append(next(stream))
        except StopIteration as stop:
            end = stop.value

    assert b"".join(pieces) == content
    assert all(len(piece) <= CHUNK for piece in pieces)
    assert end == len(packed)


def test_early_end_is_told() -> None:
    """A truncated stream gives what it has, then says so."""
    packed = deflated(b"content" * 100, GZIP)

    with pytest.raises(Unreadable, match="ends early"):
        list(inflated(memoryview(packed[:-4]), 0, GZIP))
