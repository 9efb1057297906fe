"""Compressed RTF ([MS-OXRTFCP]): literals and references into a ring of 4,096 bytes."""

from collections.abc import Iterator

from gateway.unpack.opener import Unreadable

_PACKED, _PLAIN = b"LZFu", b"MELA"
_RING = 4096
_MOST = 32 * 1024 * 1024
"""Bytes of one body; the longest mails stay below a tenth of it."""
_PRESET = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def unpacked(packed: bytes) -> Iterator[bytes]:
    """Yield the RTF. Raises `Unreadable` where it breaks off or is none."""
    if len(packed) < 16:
        raise Unreadable("compressed RTF without a header")
    size, kind = int.from_bytes(packed[:4], "little") + 4, packed[8:12]
    raw = int.from_bytes(packed[4:8], "little")
    if kind not in {_PACKED, _PLAIN} or not 16 <= size <= len(packed) or raw > _MOST:
        raise Unreadable("compressed RTF with a header that is none")
    if kind == _PLAIN:
        yield packed[16 : min(16 + raw, size)]
        return
    yield from _inflated(packed[16:size], raw)


def _inflated(packed: bytes, raw: int) -> Iterator[bytes]:
    """Undo the compression: eight tokens behind each byte of flags, lowest bit first (section 2.2.2)."""
    out = bytearray(_PRESET)
    at, end = 0, len(packed)
    while at < end:
        flags = packed[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += packed[at : at + 1]
                at += 1
                continue
            if at + 2 > end:
                raise Unreadable("compressed RTF that ends early")
            token = packed[at] << 8 | packed[at + 1]
            at += 2
            place, length = token >> 4, (token & 15) + 2
            back = (len(out) - place) % _RING
            if back == 0:
                yield bytes(out[len(_PRESET) :])
                return
            if back > len(out):
                raise Unreadable("compressed RTF that refers to nothing")
            for _ in range(length):
                out.append(out[-back])
        if len(out) > _MOST or len(out) - len(_PRESET) > raw + _RING:
            raise Unreadable("compressed RTF that is longer than it says")
    # Older writers leave the end mark out where the data ends.
    yield bytes(out[len(_PRESET) :])
