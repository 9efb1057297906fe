"""Matroska and WebM (RFC 8794, RFC 9559) by their elements, also from live recorders, which know no sizes."""

from gateway.filetype.structure import MOST_BLOCKS, Range, Structure

_HEADER, _SEGMENT, _CLUSTER, _TRACKS = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0x1654AE6B
_ATTACHMENTS, _ATTACHED_FILE, _FILE_DATA = 0x1941A469, 0x61A7, 0x465C
_CUES, _INFO, _SEEK, _CHAPTERS, _TAGS = 0x1C53BB6B, 0x1549A966, 0x114D9B74, 0x1043A770, 0x1254C367
_MOST_ATTACHED = 10_000
_VOID, _CRC = 0xEC, 0xBF
_IN_CLUSTER = frozenset((0xE7, 0xA3, 0xA0, 0xAB, 0xA7, 0x5854, 0xA1, 0xAF))
_KNOWN = _IN_CLUSTER | {
    _HEADER, _SEGMENT, _CLUSTER, _TRACKS, _ATTACHMENTS, _CUES, _INFO, _SEEK, _CHAPTERS, _TAGS, _VOID, _CRC
}  # fmt: skip
_MEDIA = _IN_CLUSTER | {_HEADER, _CLUSTER, _CUES, _SEEK}


def ebml(view: memoryview) -> Structure | None:
    """Step over the elements; of the segment, and of a cluster without a size, into them."""
    at, inside = 0, 0
    seen = set[int]()
    spare: list[Range] = []
    enclosed: list[Range] = []
    for _ in range(MOST_BLOCKS):
        name, content = _number(view, at, keep_mark=True)
        size, start = _number(view, content, keep_mark=False)
        if at >= len(view) or (name not in _KNOWN and at >= inside):
            break
        is_first = name not in seen
        seen.add(name)
        if name == _SEGMENT or (name == _CLUSTER and size < 0):
            inside = start + size if name == _SEGMENT else inside
            at = start
            continue
        if size < 0 or start + size > len(view):
            at = len(view) + 1
            break
        if name == _ATTACHMENTS and is_first:
            enclosed += _attached(view, start, start + size)
        elif name not in _MEDIA:
            spare.append((start, start + size))
        at = start + size
    if not {_SEGMENT, _TRACKS, _CLUSTER} <= seen:
        return None
    return Structure(None if at > len(view) else at, tuple(spare), tuple(enclosed))


def _attached(view: memoryview, at: int, stop: int) -> list[Range]:
    """Return where the contents of attached files lie (RFC 9559 section 5.1.6)."""
    files: list[Range] = []
    for _ in range(_MOST_ATTACHED):
        if at >= stop:
            break
        name, content = _number(view, at, keep_mark=True)
        size, start = _number(view, content, keep_mark=False)
        if name == _FILE_DATA:
            files.append((start, start + max(size, 0)))
        at = start if name == _ATTACHED_FILE else start + max(size, 0)
    return files


def _number(view: memoryview, at: int, *, keep_mark: bool) -> tuple[int, int]:
    """Read a variable-size integer; -1 for an unknown size or a cut-off one."""
    if at >= len(view) or view[at] == 0:
        return -1, at + 1
    length = 9 - view[at].bit_length()
    value = int.from_bytes(view[at : at + length], "big")
    if keep_mark:
        return value, at + length
    value &= (1 << 7 * length) - 1
    return (-1 if value == (1 << 7 * length) - 1 else value), at + length
