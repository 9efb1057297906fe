"""What an Office package refers to outside of itself (ECMA-376 part 2 section 9.3), and which of it loads code.

Links that a reader may click, pictures, films and the sources of figures are honest. Everything else that is loaded
from another machine when the document opens is not: templates, objects, frames, toolbars.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from gateway.filetype.identified import Note
from gateway.model.finding import FindingKind

_TAG = re.compile(rb"<(?:[\w.-]{1,40}:)?Relationship\b((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*)>")
_ATTRIBUTE = re.compile(rb"([\w:]{1,40})\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)')")
_SHOWN: Final = frozenset(
    (
        *("image", "video", "audio", "media", "externallink", "externallinkpath", "xlpathmissing", "xllibrary"),
        *("xlalternatestartup", "xlstartup", "externallinklongpath", "mailmergesource", "mailmergeheadersource"),
        *("recipientdata", "linkedtoobject", "slidelibraryinfo", "slideupdateurl"),
    )
)
"""Kinds of references that show something or give figures."""
_CODE: Final = frozenset(("control", "attachedtoolbars", "vbaproject", "activexcontrolbinary"))
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,20}:", re.IGNORECASE)
_INNER_SCHEME = re.compile(r"![a-z][a-z0-9+.-]{1,20}:", re.IGNORECASE)
_HOUSE = re.compile(r"[a-z](?::|%3a|\|)|[\w$-]*", re.IGNORECASE)
"""A disk, or a name without dots: a machine of the house's own network."""
_RUNNING = re.compile(r"\s*(?:javascript|vbscript|script|mhtml|ms-msdt|search-ms|ms-officecmd):", re.IGNORECASE)


def link_notes(relations: bytes) -> Iterator[Note]:
    """Find references that load or run something."""
    for tag in _TAG.findall(relations):
        said = {
            name.lower(): unescape((one or other).decode("utf-8", "replace"))
            for name, one, other in _ATTRIBUTE.findall(tag)
        }
        if said.get(b"targetmode", "").strip().lower() == "external":
            yield from _judged(said.get(b"type", "").rpartition("/")[2].lower(), said.get(b"target", "").strip())


def is_elsewhere(target: str) -> bool:
    """Tell whether a reference leads to another machine, or to something that is no file."""
    place = target.replace("\\", "/")
    if place[:5].lower() == "file:":
        place = place[5:]
        if place.startswith("///") and not place.startswith("////"):
            place = place[3:]
    elif _SCHEME.match(place):
        return True
    if _INNER_SCHEME.search(place):
        return True
    return place.startswith("//") and _HOUSE.fullmatch(place.lstrip("/").partition("/")[0]) is None


def _judged(kind: str, target: str) -> Iterator[Note]:
    if kind in _CODE:
        yield Note(FindingKind.ACTIVE_CONTENT, kind)
    elif kind == "hyperlink":
        if _RUNNING.match(target):
            yield Note(FindingKind.ACTIVE_CONTENT, target[:80])
    elif kind not in _SHOWN and is_elsewhere(target):
        yield Note(FindingKind.EXTERNAL_TEMPLATE, f"{kind} {target}"[:120])
