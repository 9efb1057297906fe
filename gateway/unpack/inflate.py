"""DEFLATE data (RFC 1951) in bounded pieces."""

import zlib
from collections.abc import Generator

from gateway.unpack.opener import CHUNK, Unreadable

RAW = -zlib.MAX_WBITS
GZIP = 16 + zlib.MAX_WBITS


def inflated(view: memoryview, at: int, wrapping: int) -> Generator[bytes, None, int]:
    """Yield what the stream at `at` unpacks to; return the offset behind the stream."""
    inflate = zlib.decompressobj(wrapping)
    while not inflate.eof:
        packed = view[at : at + CHUNK]
        at += len(packed)
        rest: bytes | memoryview = packed
        while not inflate.eof:
            # Asked once more after the last input: a full piece may have left output behind.
            piece = inflate.decompress(rest, CHUNK)
            rest = inflate.unconsumed_tail
            if piece:
                yield piece
            if not rest and len(piece) < CHUNK:
                break
        if not packed and not inflate.eof:
            raise Unreadable("compressed data ends early")
    return at - len(inflate.unused_data)
