"""tar files (POSIX.1-2024 pax, GNU): members as slices of the file; names are shown, never used as paths."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.filetype.binary import has_tar_checksum
from gateway.filetype.identified import Note
from gateway.model.finding import FindingKind
from gateway.unpack.budget import Budget
from gateway.unpack.opener import CHUNK, Member, Unreadable, way_out

_BLOCK = 512
_NOT_ZERO = re.compile(rb"[^\0]")
_MOST_META = 1024 * 1024
_FILES = b"0\0007"
_KINDS = {
    b"1": "inode/hardlink",
    b"2": "inode/symlink",
    b"3": "inode/chardevice",
    b"4": "inode/blockdevice",
    b"6": "inode/fifo",
}
_FOLDER, _LONG_NAME, _LONG_LINK, _PAX, _PAX_FOR_ALL = b"5", b"L", b"K", b"x", b"g"


@dataclass(slots=True)
class _Overrides:
    """What extension records say about the next member."""

    names: tuple[bytes, ...] = ()
    size: int | None = None


def open_tar(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """List a tar file."""
    at, said = 0, _Overrides()
    while at + _BLOCK <= len(view):
        block = bytes(view[at : at + _BLOCK])
        if not block.strip(b"\0"):
            if _NOT_ZERO.search(view, at):
                yield Note(FindingKind.CONTAINER_INCONSISTENT, "data behind the end mark")
            return
        if not has_tar_checksum(block):
            raise Unreadable(f"no header at {at}")
        budget.spend_time()
        kind = block[156:157]
        size = _number(block[124:136]) if said.size is None or kind not in _FILES else said.size
        content = view[at + _BLOCK : at + _BLOCK + size]
        if size < 0 or len(content) < size:
            raise Unreadable("data is missing")
        at += _BLOCK + (size + _BLOCK - 1) // _BLOCK * _BLOCK
        if kind in (_LONG_NAME, _PAX):
            _read(kind, bytes(content[:_MOST_META]), said)
            continue
        if kind in (_LONG_LINK, _PAX_FOR_ALL):
            continue
        if kind != _FOLDER:
            member = _member(block, kind, content, said)
            yield from way_out(member.names)
            yield member
        said = _Overrides()
    if at != len(view):
        raise Unreadable("no end mark")


def _member(block: bytes, kind: bytes, content: memoryview, said: _Overrides) -> Member:
    names = tuple(dict.fromkeys(raw.decode("utf-8", "replace") for raw in (*said.names, _name(block))))
    if kind in _FILES:
        return Member(names, (content[at : at + CHUNK] for at in range(0, len(content), CHUNK)))
    if kind in _KINDS:
        return Member(names, (), kind=_KINDS[kind])
    raise Unreadable(f"member of unknown kind {kind!r}")


def _name(block: bytes) -> bytes:
    name = block[:100].partition(b"\0")[0]
    prefix = block[345:500].partition(b"\0")[0] if block[257:263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _number(field: bytes) -> int:
    """Read a size: octal digits, or base 256 where the first bit is set (GNU)."""
    if field[0] & 0x80:
        return int.from_bytes(field, "big") & ((1 << 95) - 1)
    return int(field.strip(b" \0") or b"0", 8)


def _read(kind: bytes, content: bytes, said: _Overrides) -> None:
    """Read a GNU long name, or the path and size of a pax header ("LENGTH key=value" lines)."""
    if kind == _LONG_NAME:
        said.names += (content.rstrip(b"\0"),)
        return
    at = 0
    while at < len(content):
        digits, _, _ = content[at : at + 20].partition(b" ")
        length = int(digits)
        if length <= len(digits):
            raise Unreadable("broken pax header")
        key, _, value = content[at + len(digits) + 1 : at + length - 1].partition(b"=")
        if key == b"path":
            said.names += (value,)
        elif key == b"size":
            said.size = int(value)
        elif key.startswith(b"GNU.sparse."):
            raise Unreadable("sparse file")
        at += length
