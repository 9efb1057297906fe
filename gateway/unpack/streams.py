"""gzip files (RFC 1952): one member, whose name is the stored one and the file's own without its ending."""

from collections.abc import Iterator

from gateway.filetype.identified import Note
from gateway.unpack.budget import Budget
from gateway.unpack.inflate import GZIP, inflated
from gateway.unpack.opener import Member, Unreadable

_MARK = b"\x1f\x8b"
_EXTRA, _NAME = 4, 8
_ENDINGS = ((".tgz", ".tar"), (".taz", ".tar"), (".svgz", ".svg"), (".gz", ""), (".z", ""))


def open_gzip(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:
    """Give the one file that a gzip file holds."""
    own = tuple(dict.fromkeys((*_stored_name(view), *map(_without_ending, names))))
    yield Member(own, _content(view, budget))


def _content(view: memoryview, budget: Budget) -> Iterator[bytes]:
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
