"""Rich text (RTF 1.9.1): the objects, templates and fields in it.

Readers forgive much in the hexadecimal data of an object, each in its own way; data that has to be cleaned of more
than blanks is an object that cannot be judged.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from gateway.filetype.identified import Note
from gateway.filetype.marks import mark_behind, shown
from gateway.filetype.text import is_text
from gateway.model.finding import FindingKind
from gateway.unpack.budget import Budget
from gateway.unpack.office_links import is_elsewhere
from gateway.unpack.office_xml import field_notes
from gateway.unpack.opener import Member, Unreadable
from gateway.unpack.packages import packaged_file

_TELLING = re.compile(
    rb"\\(objdata|objupdate|objautlink|objlink|objocx|objhtml|objpub|objsub|template|fldinst)"
    rb"(?![a-zA-Z])(?:-?[0-9]+)? ?"
)
_TOKEN = re.compile(
    rb"([^{}\\]+)|(\{)|(\})|\\bin(-?[0-9]+) ?|\\'([0-9a-fA-F]{2})|\\u(-?[0-9]{1,6}) ?\??|\\[a-zA-Z]+(?:-?[0-9]+)? ?"
    rb"|\\([^a-zA-Z])|\\",
    re.DOTALL,
)
_MOST_TEXT: Final = 64 * 1024
_NOT_HEXADECIMAL = re.compile(rb"[^0-9a-fA-F]")
_BLANKS = b"\t\n\r \0"
_OBJECT = struct.Struct("<III")
_LINKED, _EMBEDDED = 1, 2
_EQUATION = b"equation"
_MOST_NESTED: Final = 1024 * 1024
_MOST_TIMES: Final = 4
"""A field in a field is read again with each around it; honest texts have few of those."""
_TIME_SLICE: Final = 4096


@dataclass(slots=True)
class _Group:
    """What stands in a group up to its end."""

    text: bytearray = field(default_factory=bytearray)
    nested: bool = False
    """It holds groups, control words or binary data beside text."""
    end: int = 0


def open_rtf(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """List the objects in a text and find what it loads or starts."""
    if not is_text(view) and (found := mark_behind(view, 0)):
        yield Note(FindingKind.POLYGLOT, shown(found[0]))
    said: set[Note] = set()
    at = work = 0
    while (told := _TELLING.search(view, at)) is not None:
        budget.spend_time()
        group = _group(view, told.end(), budget)
        at = group.end if told[1] == b"objdata" else told.end()
        work += group.end - told.end()
        if work > _MOST_NESTED + _MOST_TIMES * len(view):
            raise Unreadable("groups in groups")
        for one in _told(told[1].decode("ascii"), group):
            if isinstance(one, Member):
                yield one
            elif one not in said:
                said.add(one)
                yield one


def _told(word: str, group: _Group) -> Iterator[Member | Note]:
    match word:
        case "objdata":
            yield from _object(group)
        case "template":
            target = bytes(group.text).strip().decode("latin-1")
            if is_elsewhere(target):
                yield Note(FindingKind.EXTERNAL_TEMPLATE, target[:120])
        case "fldinst":
            yield from field_notes(b"\x13" + bytes(group.text[:_MOST_TEXT]))
        case _:
            yield Note(FindingKind.EMBEDDED_OBJECT, word)


def _object(group: _Group) -> Iterator[Member | Note]:
    """Read an OLE 1 object ([MS-OLEDS] 2.2.4 and 2.2.5)."""
    digits = bytes(group.text).translate(None, _BLANKS)
    if group.nested or _NOT_HEXADECIMAL.search(digits):
        yield Note(FindingKind.EMBEDDED_OBJECT, "disguised data")
        digits = _NOT_HEXADECIMAL.sub(b"", digits)
    content = bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
    _, form, _ = _OBJECT.unpack_from(content.ljust(_OBJECT.size, b"\0"))
    class_name, at = _counted(content, 8)
    topic, at = _counted(content, at)
    _, at = _counted(content, at)
    if form == _LINKED:
        yield Note(FindingKind.EXTERNAL_TEMPLATE, topic.rstrip(b"\0").decode("latin-1")[:120])
        return
    native, _ = _counted(content, at)
    if form != _EMBEDDED or not native:
        raise Unreadable("an embedded object that is not in order")
    if class_name.lower().startswith(_EQUATION):
        yield Note(FindingKind.EMBEDDED_OBJECT, "Equation Editor")
    yield packaged_file(native) or Member((), (native,))


def _counted(content: bytes, at: int) -> tuple[bytes, int]:
    end = at + 4 + int.from_bytes(content[at : at + 4], "little")
    if end > len(content):
        raise Unreadable("an embedded object that ends early")
    return content[at + 4 : end], end


def _group(view: memoryview, at: int, budget: Budget) -> _Group:
    """Read to the end of the group around `at`; text of inner groups counts as well."""
    group, depth, tokens = _Group(), 0, 0
    while depth >= 0 and (token := _TOKEN.match(view, at)) is not None:
        tokens += 1
        if tokens % _TIME_SLICE == 0:
            budget.spend_time()
        at = token.end()
        text, opened, closed, binary, number, wide, sign = token.groups()
        if text is not None:
            group.text += text
            continue
        depth += 1 if opened else -1 if closed else 0
        group.nested |= depth >= 0
        if binary is not None:
            at += max(0, int(binary))
        elif number is not None:
            group.text += bytes((int(number, 16),))
        elif wide is not None:
            group.text += chr(int(wide) % 0x10000).encode("latin-1", "replace")
        elif sign is not None and sign in b"\\{}":
            group.text += sign
    group.end = at
    return group
