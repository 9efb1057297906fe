"""Outlook messages as files ([MS-OXMSG]): bodies and attachments, also those of messages inside."""

from collections.abc import Iterator

from gateway.filetype.identified import Note
from gateway.model.finding import FindingKind
from gateway.unpack import mapi
from gateway.unpack.budget import Budget
from gateway.unpack.compound import Compound, Entry
from gateway.unpack.opener import Member

_STREAM = "__substg1.0_"
_ATTACHED = "__attach_version1.0_"
_INSIDE = "__substg1.0_3701000d"
_MESSAGE = "__properties_version1.0"
_TEXTS = {"001e": "latin-1", "001f": "utf-16-le"}
_MOST_TEXT = 64 * 1024
_LARGE = frozenset((0x1000, 0x1009, 0x1013))


def open_msg(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """Give the files of the message, and of the messages attached to it, however deep."""
    compound = Compound(view)
    storages: dict[tuple[str, ...], list[Entry]] = {(): []}
    for entry in compound.entries():
        budget.spend_time()
        if entry.is_stream:
            storages.setdefault(entry.path[:-1], []).append(entry)
        else:
            storages.setdefault(entry.path, [])
    for path, entries in storages.items():
        if path and path[-1].startswith(_ATTACHED):
            yield from _attachment(compound, path, entries, storages)
        elif not path or path[-1] == _INSIDE:
            yield from _message(compound, path, entries)


def _message(compound: Compound, path: tuple[str, ...], entries: list[Entry]) -> Iterator[Member | Note]:
    if path and all(entry.path[-1] != _MESSAGE for entry in entries):
        yield Note(FindingKind.CONTAINER_UNREADABLE, "an embedded object")
        return
    yield from mapi.bodies(_properties(compound, entries, _LARGE))


def _attachment(
    compound: Compound, path: tuple[str, ...], entries: list[Entry], storages: dict[tuple[str, ...], list[Entry]]
) -> Iterator[Member | Note]:
    properties = _properties(compound, entries, frozenset())
    contents = [entry for entry in entries if _number(entry) == mapi.CONTENT]
    for entry in contents:
        yield Member(mapi.names(properties), compound.chunks(entry), declared=mapi.media_type(properties))
    if not contents and (*path, _INSIDE) not in storages:
        yield Note(FindingKind.CONTAINER_UNREADABLE, "an attachment without data")


def _number(entry: Entry) -> int:
    """Return the number of the property that a stream holds; -1 where it holds none."""
    name = entry.path[-1]
    if len(name) != len(_STREAM) + 8 or not name.startswith(_STREAM):
        return -1
    try:
        return int(name[len(_STREAM) :][:4], 16)
    except ValueError:
        return -1


def _properties(compound: Compound, entries: list[Entry], large: frozenset[int]) -> dict[int, bytes | str]:
    """Read the short texts of a storage, and whatever is asked for."""
    values: dict[int, bytes | str] = {}
    for entry in entries:
        number = _number(entry)
        codec = _TEXTS.get(entry.path[-1][-4:])
        if number in large or (codec and number >= 0 and entry.size <= _MOST_TEXT):
            data = b"".join(compound.chunks(entry))
            values[number] = data.decode(codec, "replace") if codec else data
    return values
