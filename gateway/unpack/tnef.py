"""winmail.dat: the Transport Neutral Encapsulation Format ([MS-OXTNEF]), read by its attributes.

One pass over the bytes; nothing is allocated by a length that the file claims. A wrong checksum, a length beyond
the end or bytes behind the last attribute make the container unreadable: readers differ on what follows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.filetype.identified import Note
from gateway.mime.words import to_text
from gateway.model.finding import FindingKind
from gateway.unpack import mapi
from gateway.unpack.budget import Budget
from gateway.unpack.opener import Member, Unreadable
from gateway.unpack.tnef_properties import read_properties

_MESSAGE, _ATTACHMENT = 1, 2
_TITLE, _TRANSPORT_NAME, _DATA, _PROPERTIES, _RENDERING = 0x8010, 0x9001, 0x800F, 0x9005, 0x9002
_BODY, _MESSAGE_PROPERTIES = 0x800C, 0x9003
_HEAD = 9
_MOST = 100_000
"""Attributes; an attachment has a dozen."""
_SUM_PIECE = 256 * 1024


@dataclass(slots=True)
class _Attached:
    """One attachment while its attributes are read."""

    names: list[str] = field(default_factory=list)
    data: list[memoryview] = field(default_factory=list)
    properties: dict[int, bytes | str] = field(default_factory=dict)

    def add(self, number: int, data: memoryview, budget: Budget) -> None:
        """Take one attribute."""
        if number in {_TITLE, _TRANSPORT_NAME}:
            self.names.append(to_text(bytes(data).partition(b"\0")[0]))
        elif number == _DATA:
            self.data.append(data)
        elif number == _PROPERTIES:
            self.properties.update(read_properties(data, budget))


def open_tnef(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """Give bodies and attachments, those without data too."""
    attached = None
    for level, number, data in _attributes(view, budget):
        if level == _MESSAGE:
            yield from _bodies(number, data, budget)
            continue
        if attached is None or number == _RENDERING:
            yield from _members(attached)
            attached = _Attached()
        attached.add(number, data, budget)
    yield from _members(attached)


def _bodies(number: int, data: memoryview, budget: Budget) -> Iterator[Member | Note]:
    if number == _MESSAGE_PROPERTIES:
        yield from mapi.bodies(read_properties(data, budget))
    elif number == _BODY:
        yield from mapi.bodies({mapi.BODY: bytes(data)})


def _attributes(view: memoryview, budget: Budget) -> Iterator[tuple[int, int, memoryview]]:
    """Yield level, number and data of each attribute (section 2.1.3)."""
    at = 6
    for _ in range(_MOST):
        if at >= len(view):
            return
        budget.spend_time()
        level = view[at]
        number = int.from_bytes(view[at + 1 : at + 3], "little")
        size = int.from_bytes(view[at + 5 : at + 9], "little")
        end = at + _HEAD + size
        if level not in {_MESSAGE, _ATTACHMENT} or end + 2 > len(view):
            raise Unreadable("TNEF that breaks off")
        data = view[at + _HEAD : end]
        if _checksum(data) != int.from_bytes(view[end : end + 2], "little"):
            raise Unreadable("TNEF with a wrong checksum")
        yield level, number, data
        at = end + 2
    raise Unreadable(f"TNEF of more than {_MOST} attributes")


def _checksum(data: memoryview) -> int:
    pieces = (data[at : at + _SUM_PIECE] for at in range(0, len(data), _SUM_PIECE))
    return sum(map(sum, pieces)) & 0xFFFF


def _members(attached: _Attached | None) -> Iterator[Member | Note]:
    """Give the content of an attachment, by each of the ways in which it is stored."""
    if attached is None:
        return
    names = tuple(dict.fromkeys((*mapi.names(attached.properties), *filter(None, attached.names))))
    declared = mapi.media_type(attached.properties)
    content = attached.properties.get(mapi.CONTENT)
    for data in attached.data:
        yield Member(names, (data,), declared=declared)
    if isinstance(content, bytes) and content:
        # Objects come behind the identifier of their interface: a message, a compound file.
        is_object = content[4:16] == b"\0\0\0\0\xc0\0\0\0\0\0\0\x46"
        yield Member(() if is_object else names, (content[16:] if is_object else content,), declared=declared)
    if not attached.data and not content:
        yield Note(FindingKind.CONTAINER_UNREADABLE, "an attachment without data")
