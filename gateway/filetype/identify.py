"""The order of the questions about a file: is it text, what do its first bytes show, what else is in it.

Own checks come first, because they are cheap and because libmagic misses what matters here (macros, scripts,
programs behind pictures). libmagic is asked about binary content that no check knows. What nobody recognises is
"application/octet-stream", which no policy can allow by its type.
"""

from collections.abc import Iterator

from gateway.filetype import binary, foreign, pdf
from gateway.filetype.cms import cms_type
from gateway.filetype.identified import SNIFF_HEAD, Identified, Note, Sniff
from gateway.filetype.names import EMPTY, PLAIN, UNKNOWN, canonical
from gateway.filetype.ole import ole_type
from gateway.filetype.structure import Structure
from gateway.filetype.text import is_text, text_type
from gateway.filetype.walks import WALK_OF
from gateway.filetype.zipped import zip_type

_HEAD = 4096
_PDF = "application/pdf"


def identify(view: memoryview, sniff: Sniff) -> Identified:
    """Tell what a file truly is; linear in its size."""
    if not view:
        return Identified(EMPTY)
    if is_text(view):
        found = text_type(view)
        return _with(found, pdf.pdf_notes(view)) if found.media_type == _PDF else found
    head = bytes(view[:_HEAD])
    found = _binary(view, head, sniff)
    structure = None
    if (walk := WALK_OF.get(found.media_type)) is not None and (structure := walk(view)) is None:
        # A signature with filler behind it, or with another file.
        found = Identified(binary.by_place(view) or UNKNOWN)
    return _with(found, _second_looks(view, head, found.media_type, structure))


def _binary(view: memoryview, head: bytes, sniff: Sniff) -> Identified:
    """Identify content that is not text by the first structure that fits."""
    match by_start := binary.by_start(head):
        case "application/zip":
            return zip_type(view)
        case "application/x-ole-storage":
            return ole_type(view)
    mark = pdf.starts_pdf(head)
    is_pdf = 0 <= mark < 512 or (mark > 0 and not binary.is_tar_header(head[:512]))  # else the first member's
    known = by_start or (_PDF if is_pdf else binary.by_place(view))
    if known:
        return Identified(known)
    return cms_type(view) or Identified(_sniffed(view, sniff))


def _sniffed(view: memoryview, sniff: Sniff) -> str:
    """Ask libmagic; it calls content with control bytes plain text where it knows no better."""
    found = canonical(sniff(bytes(view[:SNIFF_HEAD])))
    return UNKNOWN if found in {PLAIN, EMPTY} else found


def _second_looks(view: memoryview, head: bytes, media_type: str, structure: Structure | None) -> Iterator[Note]:
    """Find what makes the file more than the one type that it was identified as."""
    if media_type == _PDF:
        yield from pdf.pdf_notes(view)
    elif structure or media_type.startswith(("image/", "video/", "audio/")):
        yield from foreign.foreign_data(view, media_type, structure or Structure(None))
    if not head.startswith(b"PK"):
        yield from foreign.second_types(view, media_type)


def _with(found: Identified, notes: Iterator[Note]) -> Identified:
    return Identified(found.media_type, tuple(dict.fromkeys((*found.notes, *notes))), found.encrypted)
