"""Files that hold one compressed file: gzip (RFC 1952), bzip2, xz, LZMA, and by libarchive zstd, lz4, lzip, compress.

The one member has the stored name, if there is one, and the file's own without its ending.
"""

import bz2
import lzma
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import Protocol

from gateway.filetype.identified import Note
from gateway.unpack.budget import Budget
from gateway.unpack.inflate import GZIP, inflated
from gateway.unpack.listing import Expected, listing
from gateway.unpack.opener import CHUNK, Member, Opener, Unreadable

_MARK = b"\x1f\x8b"
_EXTRA, _NAME = 4, 8
_ENDINGS = (
    (".tgz", ".tar"), (".taz", ".tar"), (".tbz2", ".tar"), (".tbz", ".tar"), (".tb2", ".tar"), (".txz", ".tar"),
    (".tlz", ".tar"), (".tzst", ".tar"), (".svgz", ".svg"), (".gz", ""), (".bz2", ""), (".bz", ""), (".xz", ""),
    (".lzma", ""), (".zst", ""), (".lz4", ""), (".lz", ""), (".z", ""), (".gzip", ""),
)  # fmt: skip
MOST_DICTIONARY = 192 * 1024 * 1024
"""Half of what a child may hold; the largest preset of xz needs a third of this."""


class Unpacker(Protocol):
    """What `bz2` and `lzma` have in common."""

    @property
    def eof(self) -> bool:
        """Tell whether the stream has ended."""

    @property
    def needs_input(self) -> bool:
        """Tell whether more may come out without more going in."""

    @property
    def unused_data(self) -> bytes:
        """What went in and stands behind the end."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Unpack a piece."""


def open_gzip(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:
    """Give the one file that a gzip file holds."""
    yield Member(tuple(dict.fromkeys((*_stored_name(view), *map(_without_ending, names)))), _gunzipped(view, budget))


def stream_opener(unpacker: Callable[[], Unpacker]) -> Opener:
    """Make the opener of a format that the standard library reads."""

    def open_stream(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:
        yield Member(tuple(map(_without_ending, names)), _joined(view, unpacker, budget))

    return open_stream


def filter_opener(name: str) -> Opener:
    """Make the opener of a format that libarchive reads."""

    def open_filter(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:
        with listing(view, Expected("raw", (name,)), budget) as found:
            for one in found.members():
                yield replace(one, names=tuple(map(_without_ending, names))) if isinstance(one, Member) else one
            if bytes(view[found.consumed :]).strip(b"\0"):
                raise Unreadable("data behind the compressed data")

    return open_filter


open_bzip2 = stream_opener(bz2.BZ2Decompressor)
open_xz = stream_opener(lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MOST_DICTIONARY))
open_lzma = stream_opener(lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=MOST_DICTIONARY))
open_zstd = filter_opener("zstd")
open_lz4 = filter_opener("lz4")
open_lzip = filter_opener("lzip")
open_compress = filter_opener("compress")


def unpacked(view: memoryview, unpacker: Unpacker, at: int = 0) -> Generator[bytes, None, int]:
    """Yield what the stream at `at` unpacks to; return the offset behind the stream."""
    while not unpacker.eof:
        packed = b""
        if unpacker.needs_input:
            packed = bytes(view[at : at + CHUNK])
            at += len(packed)
            if not packed:
                raise Unreadable("compressed data ends early")
        if piece := unpacker.decompress(packed, CHUNK):
            yield piece
    return at - len(unpacker.unused_data)


def _joined(view: memoryview, unpacker: Callable[[], Unpacker], budget: Budget) -> Iterator[bytes]:
    """Unpack all streams one after the other, as the formats allow; zeros may follow as padding."""
    at = 0
    while at < len(view):
        if at and not view[at]:
            if bytes(view[at:]).strip(b"\0"):
                raise Unreadable("data behind the compressed data")
            return
        budget.spend_time()
        at = yield from unpacked(view, unpacker(), at)


def _gunzipped(view: memoryview, budget: Budget) -> Iterator[bytes]:
    """Unpack all gzip members one after the other (section 2.2); zeros may follow as padding."""
    at = 0
    while at < len(view):
        if at and bytes(view[at : at + 2]) != _MARK:
            if bytes(view[at:]).strip(b"\0"):
                raise Unreadable("data behind the compressed data")
            return
        budget.spend_time()
        at = yield from inflated(view, at, GZIP)


def _stored_name(view: memoryview) -> tuple[str, ...]:
    """Return the name in the header (section 2.3), if there is one."""
    head = bytes(view[:4096])
    flags, at = head[3:4], 10
    if not flags or not flags[0] & _NAME:
        return ()
    if flags[0] & _EXTRA:
        at += 2 + int.from_bytes(head[10:12], "little")
    name = head[at:].partition(b"\0")[0]
    try:
        return (name.decode(),)
    except UnicodeDecodeError:
        return (name.decode("latin-1"),)


def _without_ending(name: str) -> str:
    for ending, instead in _ENDINGS:
        if name.lower().endswith(ending):
            return name[: -len(ending)] + instead
    return name
