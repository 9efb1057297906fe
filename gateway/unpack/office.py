"""Documents that are stored as ZIP files: Office Open XML (ECMA-376) and OpenDocument.

A member that is a usual part of a document (its text, pictures, fonts) is searched and stays a part. Any other is a
file of its own: embedded objects, macros, and whatever else somebody put into the package.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from gateway.filetype import binary, markup
from gateway.filetype.identified import Note
from gateway.filetype.zipdir import Entry, read_directory
from gateway.model.finding import FindingKind
from gateway.unpack.budget import Budget
from gateway.unpack.office_links import link_notes
from gateway.unpack.office_xml import xml_notes
from gateway.unpack.opener import Member, Unreadable
from gateway.unpack.zips import check_package, entry_content

_MOST_ENTRIES: Final = 10_000
_MOST_RELATIONS: Final = 16 * 1024 * 1024
_MANIFEST = "meta-inf/manifest.xml"
_XML = (".xml", ".rels", ".vml", ".rdf")
_HEAD: Final = 4096
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe<\0|\xfe\xff\0<|<\0|\0<")
_PAGE = re.compile(rb"<(?:html|script|body|iframe|job|scriptlet|hta:application)[\s>/]|<!doctype\s+html", re.IGNORECASE)
"""What no part has without a prefix; roots such as <table> and <style> it may have."""
_DRAWING_MARKUP = "image/svg+xml"
_SCRIPT = re.compile(
    rb"<(?:[\w.-]{1,20}:)?(?:script|foreignObject|iframe|embed|object)\b|\bon[a-z]{3,20}\s*=|javascript:", re.IGNORECASE
)
_CALLBACK = re.compile(rb"\bon[A-Z]\w{1,40}\s*=|\bloadImage\s*=")
_DRAWING = re.compile(
    rb"\x01\0\0\0.{36} EMF|\xd7\xcd\xc6\x9a|[\x01\x02]\0\x09\0\0[\x01\x03]|VCLMTF|II\xbc\x01|glTF|\0\0\x02\0",
    re.DOTALL,
)
"""Kinds of pictures that only documents hold."""
_PLAIN_PART = re.compile(
    r".*\.(?:odttf|fntdata|ttf|otf|sigs|xsd)|(?:.*/)?printersettings\d*\.bin|(?:.*/)?customproperty\d*\.bin"
    r"|mimetype|layout-cache|\[trash\]/.*|xl/model/.*\.data|xl/.*(?:sheet|workbook|styles|sharedstrings|calcchain|binaryindex|comments|table|externallink|connections|metadata|querytable)\d*\.bin"
)
"""Parts without a structure that could be checked; they may not begin as any other file."""
_PACKED_DRAWING = re.compile(r".*\.(?:emz|wmz|svgz)")
_PICTURES = ("image/", "audio/", "video/")
_CONTROLS = re.compile(r"(?:.*/)?activex/.*")
_BUTTONS = re.compile(r"(?:.*/)?customui/.*\.xml")


def open_office(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:
    """Search the parts of a document, and list the files in it."""
    locked = False
    for note in check_package(view, names, budget):
        locked |= isinstance(note, Note) and note.kind is FindingKind.CONTAINER_ENCRYPTED
        yield note
    directory = read_directory(view, _MOST_ENTRIES)
    if directory is None or locked:
        return
    entries = [entry for entry in directory.entries if not entry.is_folder]
    entries.sort(key=lambda entry: entry.names[0].lower() != _MANIFEST)
    said: set[Note] = set()
    for entry in entries:
        for one in _member(view, entry, budget):
            if isinstance(one, Member) or one not in said:
                yield one
            if isinstance(one, Note):
                said.add(one)
        if any(note.kind is FindingKind.CONTAINER_ENCRYPTED for note in said):
            return


def _member(view: memoryview, entry: Entry, budget: Budget) -> Iterator[Member | Note]:
    """Search one member if it is a part; give it as a file if it is not."""
    budget.spend_time()
    name = entry.names[0].lower().replace("\\", "/").lstrip("/")
    pieces = entry_content(view, entry, budget)
    first = next(pieces, b"")
    content = chain((first,), pieces)
    head = bytes(first[:_HEAD])
    if _CONTROLS.fullmatch(name):
        yield Note(FindingKind.ACTIVE_CONTENT, "ActiveX control")
    if name.endswith(_XML) and (not head or _is_xml(bytes(first))):
        yield from _part(name, content, budget)
    elif not _is_harmless(name, head, bytes(first)):
        yield Member(entry.names, content)


def _part(name: str, content: Iterator[bytes | memoryview], budget: Budget) -> Iterator[Note]:
    if not name.endswith(".rels") and not _BUTTONS.fullmatch(name):
        yield from xml_notes(content, budget)
        return
    whole = bytearray()
    for piece in content:
        whole += piece
        if len(whole) > _MOST_RELATIONS:
            raise Unreadable("a part of the document that is far too large")
    yield from xml_notes((bytes(whole),), budget)
    if name.endswith(".rels"):
        yield from link_notes(_plain(bytes(whole)))
    elif _CALLBACK.search(_plain(bytes(whole))):
        yield Note(FindingKind.ACTIVE_CONTENT, "buttons that run code")


def _plain(whole: bytes) -> bytes:
    """Write UTF-16 as UTF-8."""
    if b"\0" not in whole[:4]:
        return whole
    codec = "utf-16-be" if whole[:1] in {b"\0", b"\xfe"} else "utf-16-le"
    return whole.decode(codec, "replace").encode("utf-8", "replace")


def _is_xml(first: bytes) -> bool:
    """Tell whether a part is XML that nothing but an office program reads."""
    return _MARKUP.match(first) is not None and _PAGE.search(_plain(first)) is None


def _is_harmless(name: str, head: bytes, first: bytes) -> bool:
    """Tell whether a member is a picture, sound or film, or one of the parts that documents usually have."""
    if not head:
        return True
    found = binary.by_start(head)
    if found.startswith(_PICTURES) or _DRAWING.match(head):
        return True
    if markup.markup_type(head) == _DRAWING_MARKUP:
        return _SCRIPT.search(first) is None
    if _PACKED_DRAWING.fullmatch(name):
        return found == "application/gzip"
    return not found and _PLAIN_PART.fullmatch(name) is not None
