"""ZIP files: the members of the central directory, held against their local headers (APPNOTE.TXT 4.3.7).

Unpackers differ in which of the two they believe, so a file in which they disagree shows different members to
different readers; each disagreement is a note, and what the directory lists is unpacked all the same.
"""

import bz2
import lzma
import struct
import zlib
from collections.abc import Iterator
from itertools import chain, islice, pairwise

from gateway.filetype.identified import Note
from gateway.filetype.zipdir import LOCAL_MARK, Directory, Entry, LocalHeader, read_directory, read_local
from gateway.model.finding import FindingKind
from gateway.unpack.budget import Budget
from gateway.unpack.inflate import RAW, inflated
from gateway.unpack.opener import CHUNK, KIND_OF_MODE, KINDS, Member, Unreadable, way_out
from gateway.unpack.streams import MOST_DICTIONARY, open_zstd, unpacked

_LZMA_HEAD = struct.Struct("<2xHBI")
_SIZES_FOLLOW = 0x08
"""Flag bit 3: checksum and sizes stand behind the data, those in the local header may be zero."""
_UNKNOWN_SIZE = 0xFFFFFFFF
_MOST_NOTES = 8
_MOST_OFFICE_MEMBERS = 10_000


def open_zip(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """List a ZIP file."""
    directory = _directory(view, budget.members_left + 1)
    yield from check_zip(view, directory)
    for entry in directory.entries:
        if not entry.is_folder:
            local = read_local(view, entry)
            shown = tuple(dict.fromkeys((*entry.names, *(local.names if local else ()))))
            content = () if entry.is_encrypted else _content(view, entry, local, budget)
            yield from way_out(shown)
            yield Member(shown, content, KINDS.get(entry.mode & KIND_OF_MODE, ""), entry.is_encrypted)
    if not directory.is_whole:
        raise Unreadable("more entries than may be listed")


def check_package(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:
    """Check a document that is stored as a ZIP; its members are parts of it, not files of their own."""
    budget.spend_time()
    directory = _directory(view, _MOST_OFFICE_MEMBERS)
    yield from check_zip(view, directory)
    if not directory.is_whole:
        raise Unreadable("more entries than may be listed")
    if any(entry.is_encrypted for entry in directory.entries):
        yield Note(FindingKind.CONTAINER_ENCRYPTED, names[0] if names else "")


def entry_content(view: memoryview, entry: Entry, budget: Budget) -> Iterator[bytes | memoryview]:
    """Unpack one member. Raises `Unreadable` where it is damaged or not what the directory says."""
    return _content(view, entry, read_local(view, entry), budget)


def check_zip(view: memoryview, directory: Directory) -> Iterator[Note]:
    """Compare the directory with the local headers and the layout of the file."""
    for oddity in islice(chain(directory.oddities, _disagreements(view, directory)), _MOST_NOTES):
        yield Note(FindingKind.CONTAINER_INCONSISTENT, oddity)


def _directory(view: memoryview, most: int) -> Directory:
    directory = read_directory(view, most)
    if directory is None:
        raise Unreadable("no directory")
    return directory


def _disagreements(view: memoryview, directory: Directory) -> Iterator[str]:
    ranges: list[tuple[int, int]] = [(0, 0)]
    for entry in directory.entries:
        local = read_local(view, entry)
        if local is None:
            yield f"no header at {entry.offset}"
            continue
        yield from _differences(entry, local)
        ranges.append((entry.offset, local.data_at + entry.packed))
    ranges.append((directory.starts, len(view)))
    ranges.sort()
    for (_, end), (start, _) in pairwise(ranges):
        if start < end:
            yield f"data overlaps at {start}"
        elif start - end >= len(LOCAL_MARK) and LOCAL_MARK in bytes(view[end:start]):
            yield f"an entry at {end} that the directory lacks"


def _differences(entry: Entry, local: LocalHeader) -> Iterator[str]:
    if local.raw_name != entry.raw_name:
        yield f"name {local.names[0][:80]!r} in the header"
    if local.method != entry.method or (local.flags ^ entry.flags) & 1:
        yield "method or encryption differs"
    for ours, theirs in ((entry.crc, local.crc), (entry.packed, local.packed), (entry.size, local.size)):
        is_open = theirs == _UNKNOWN_SIZE or (theirs == 0 and local.flags & _SIZES_FOLLOW)
        if ours != theirs and not is_open:
            yield "checksum or size differs"
            return


def _content(view: memoryview, entry: Entry, local: LocalHeader | None, budget: Budget) -> Iterator[bytes | memoryview]:
    """Unpack one member and check it against the directory."""
    if local is None or local.data_at + entry.packed > len(view):
        raise Unreadable("data is missing")
    packed = view[local.data_at : local.data_at + entry.packed]
    size = checksum = 0
    for chunk in _unpacked(packed, entry, budget):
        size += len(chunk)
        checksum = zlib.crc32(chunk, checksum)
        yield chunk
    if size != entry.size or checksum != entry.crc:
        raise Unreadable("checksum or size is wrong")


def _unpacked(packed: memoryview, entry: Entry, budget: Budget) -> Iterator[bytes | memoryview]:
    end = len(packed)
    match entry.method:
        case 0:
            yield from (packed[at : at + CHUNK] for at in range(0, len(packed), CHUNK))
        case 8:
            end = yield from inflated(packed, 0, RAW)
        case 12:
            end = yield from unpacked(packed, bz2.BZ2Decompressor())
        case 14:
            end = yield from unpacked(packed, *_lzma(packed))
        case 95:
            end = yield from unpacked(packed, lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MOST_DICTIONARY))
        case 93:
            for one in open_zstd(packed, (), budget):
                yield from one.chunks if isinstance(one, Member) else ()
        case other:
            raise Unreadable(f"compression method {other}")
    if end != len(packed):
        raise Unreadable("data behind the compressed data")


def _lzma(packed: memoryview) -> tuple[lzma.LZMADecompressor, int]:
    """Read the header of LZMA data (APPNOTE.TXT 5.8.8); return what unpacks it, and where it begins."""
    size, settings, dictionary = _LZMA_HEAD.unpack_from(packed)
    position, literal = divmod(settings, 9)
    if size != 5 or dictionary > MOST_DICTIONARY:
        raise Unreadable(f"LZMA with a dictionary of {dictionary} bytes")
    chain = {
        "id": lzma.FILTER_LZMA1,
        "lc": literal,
        "lp": position % 5,
        "pb": position // 5,
        "dict_size": max(dictionary, 4096),
    }
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[chain]), _LZMA_HEAD.size
