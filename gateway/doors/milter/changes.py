"""A new header as actions on the one that the MTA holds, which a milter can name by position and occurrence only.

Fields that stay are not touched. First, fields are changed and removed from the last to the first, so that the
occurrence of each is the one that the MTA counts; then new ones are put in from the bottom to the top, so that no
insertion moves the place of another.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.wire.milter_frames import MAX_DATA, Actions, add_header, change_header, insert_header

_FIELD = re.compile(rb"[^\n]*\n(?:[ \t][^\n]*\n)*")
_NAME = re.compile(rb"[!-9;-~]+(?=[ \t]*:)")

Field = tuple[bytes, bytes]
"""Name and raw field with its last line end."""


class Inexpressible(ValueError):
    """No milter action says this."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Frames in the order in which they must be sent, and what the MTA must allow for them."""

    frames: tuple[bytes, ...]
    needs: Actions


def split(header: bytes) -> list[Field]:
    """Split a header block without its empty line. Raises `Inexpressible` for what is no field."""
    fields = []
    for found in _FIELD.finditer(header):
        raw = found[0]
        name = _NAME.match(raw)
        if name is None or b"\0" in raw or len(raw) > MAX_DATA:
            raise Inexpressible("a line of the new header is no field that an MTA takes")
        fields.append((name[0], raw))
    return fields


def changes(old: Sequence[Field], new: Sequence[Field], *, has_space: bool) -> Changes:
    """Return what turns the fields `old` into `new`; `has_space` as it was negotiated."""
    kept = _kept(old, new)
    removed, changed, added = _compare(old, new, kept)
    frames, needs = list[bytes](), Actions(0)
    seen = Counter[bytes]()
    occurrence = []
    for name, _ in old:
        seen[name.lower()] += 1
        occurrence.append(seen[name.lower()])
    for at in sorted((*removed, *changed), reverse=True):
        name, value = (old[at][0], b"") if at in removed else _said(changed[at], has_space=has_space)
        frames.append(change_header(occurrence[at], name, value or (b"" if at in removed else b" ")))
        needs |= Actions.CHANGE_HEADERS
    remaining = [at for at in range(len(old)) if at not in removed]
    for at in sorted(added, reverse=True):
        needs |= Actions.ADD_HEADERS
        place = bisect_left(remaining, at)
        said = [_said(one, has_space=has_space) for one in added[at]]
        if place == len(remaining) and place:
            frames += [add_header(name, value) for name, value in said]
        else:
            frames += [insert_header(place, name, value) for name, value in reversed(said)]
    return Changes(tuple(frames), needs)


def _kept(old: Sequence[Field], new: Sequence[Field]) -> list[tuple[int, int]]:
    """Pair fields that are in both, in order; ends with the pair of both ends."""
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at][1] != new[at][1]), most)
    most -= head
    tail = next((at for at in range(most) if old[-1 - at][1] != new[-1 - at][1]), most)
    places: dict[bytes, list[int]] = {}
    for at in range(head, len(new) - tail):
        places.setdefault(new[at][1], []).append(at)
    pairs, free = [(at, at) for at in range(head)], head
    for at in range(head, len(old) - tail):
        same = places.get(old[at][1], [])
        if (found := bisect_left(same, free)) < len(same):
            pairs.append((at, same[found]))
            free = same[found] + 1
    pairs += [(len(old) - at, len(new) - at) for at in range(tail, 0, -1)]
    return [*pairs, (len(old), len(new))]


def _compare(
    old: Sequence[Field], new: Sequence[Field], kept: Sequence[tuple[int, int]]
) -> tuple[set[int], dict[int, Field], dict[int, list[Field]]]:
    """Return which old fields go, which become what, and what comes in before which."""
    removed, changed, added = set[int](), dict[int, Field](), dict[int, list[Field]]()
    here = there = 0
    for stop, until in kept:
        for at in range(here, stop):
            same = next((one for one in range(there, until) if new[one][0].lower() == old[at][0].lower()), None)
            if same is None:
                removed.add(at)
                continue
            if there < same:
                added[at] = list(new[there:same])
            changed[at], there = new[same], same + 1
        if there < until:
            added[stop] = list(new[there:until])
        here, there = stop + 1, until + 1
    return removed, changed, added


def _said(field: Field, *, has_space: bool) -> Field:
    """Return name and value as the MTA takes them: line ends as LF, white space as negotiated."""
    name, raw = field
    value = raw.partition(b":")[2].removesuffix(b"\r\n").replace(b"\r\n", b"\n")
    return name, value if has_space else value.removeprefix(b" ")
