"""Slots filled with new links: the edits, in the encoding of the text around them.

Of quoted-printable only the links are written anew, of base64 only the quanta that hold them: links get a length
that leaves all that follow where they are. Lines stay as short as they were.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import pybase64

from gateway.edit.link_slots import LONGEST_LINE
from gateway.model.links import Slot
from gateway.model.plan import Edit

_ATOM = re.compile(rb"=[0-9A-Fa-f]{2}|.", re.DOTALL)
_QUOTED_WIDTH = 76
"""RFC 2045 section 6.7, rule 5."""
_NOT_FIRST = frozenset((b".", b"-", b"F"))
"""What could end a message or part, or be a mailbox separator, at the beginning of a line."""


def edits(slots: Iterable[Slot], urls: Mapping[str, str]) -> Iterator[Edit]:
    """Yield an edit for each slot whose links all have a new URL; the first of each part is named in the log.

    Lines that would be too long stay as they are.
    """
    grown: dict[int, int] = {}
    told: set[str] = set()
    for slot in slots:
        if not all(one.target in urls for one in slot.pieces if one.target):
            continue
        data = _CODED.get(slot.coding, _joined)(slot, urls)
        if slot.coding or _fits(slot, len(data), grown):
            yield Edit(slot.span, data, "" if slot.part in told else f"link {slot.part}")
            told.add(slot.part)


def _fits(slot: Slot, size: int, grown: dict[int, int]) -> bool:
    """Tell whether the line stays short enough with all that its other links have `grown` by; book this one."""
    line = slot.span.start - slot.column
    before = slot.column + len(slot.span) + slot.rest
    more = grown.get(line, 0) + size - len(slot.span)
    if before <= LONGEST_LINE < before + more:
        return False
    grown[line] = more
    return True


def _joined(slot: Slot, urls: Mapping[str, str]) -> bytes:
    return b"".join(urls[one.target].encode("ascii") if one.target else one.kept for one in slot.pieces)


def _quoted(slot: Slot, urls: Mapping[str, str]) -> bytes:
    atoms = _ATOM.findall(_joined(slot, urls))
    out: list[bytes] = []
    column = slot.column
    for at, atom in enumerate(atoms):
        behind = slot.rest if at == len(atoms) - 1 else 1
        if column and column + len(atom) + behind > _QUOTED_WIDTH:
            out.append(b"=\r\n")
            column = 0
        safe = b"=%02X" % atom[0] if not column and atom in _NOT_FIRST else atom
        out.append(safe)
        column += len(safe)
    return b"".join(out)


def _base64(slot: Slot, urls: Mapping[str, str]) -> bytes:
    last = max(at for at, one in enumerate(slot.pieces) if one.target)
    said = [urls[one.target].encode("ascii") if one.target else one.kept for one in slot.pieces]
    said[last] += b"/" * ((slot.size - sum(map(len, said))) % 3)
    digits = pybase64.b64encode(b"".join(said))
    first = slot.width - slot.column
    lines = [digits[:first]] + [digits[at : at + slot.width] for at in range(first, len(digits), slot.width)]
    column = len(lines[-1]) + (slot.column if len(lines) == 1 else 0)
    if slot.rest and column + slot.rest > slot.width:
        lines.append(b"")
    return b"\r\n".join(lines)


_CODED = {"quoted-printable": _quoted, "base64": _base64}
