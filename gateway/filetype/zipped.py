"""What a ZIP file is besides a ZIP: an Office or OpenDocument file, a Java or Android program, a book.

Looks at the names of the members and at two small ones of them; whether the archive is consistent is asked
elsewhere.
"""

import re
import zlib

from gateway.filetype.identified import Identified, Note
from gateway.filetype.names import CANONICAL
from gateway.filetype.zipdir import Directory, Entry, read_directory, read_local
from gateway.model.finding import FindingKind

_MOST_ENTRIES = 10_000
_MOST_BYTES = 256 * 1024
_ZIP = "application/zip"
_OFFICE = "application/vnd.openxmlformats-officedocument."

_MAIN = re.compile(
    rb"""ContentType\s*=\s*["']application/(vnd\.[A-Za-z0-9.+-]+?)[.+]main(?:\+xml)?["']""", re.IGNORECASE
)
_MACRO_TYPES = {
    _OFFICE + "wordprocessingml.document": "application/vnd.ms-word.document.macroenabled.12",
    _OFFICE + "wordprocessingml.template": "application/vnd.ms-word.template.macroenabled.12",
    _OFFICE + "spreadsheetml.sheet": "application/vnd.ms-excel.sheet.macroenabled.12",
    _OFFICE + "spreadsheetml.template": "application/vnd.ms-excel.template.macroenabled.12",
    _OFFICE + "presentationml.presentation": "application/vnd.ms-powerpoint.presentation.macroenabled.12",
    _OFFICE + "presentationml.template": "application/vnd.ms-powerpoint.template.macroenabled.12",
    _OFFICE + "presentationml.slideshow": "application/vnd.ms-powerpoint.slideshow.macroenabled.12",
    "application/vnd.ms-visio.drawing": "application/vnd.ms-visio.drawing.macroenabled",
}
_MACRO_MAINS = {
    "vnd.ms-word.document.macroenabled": "application/vnd.ms-word.document.macroenabled.12",
    "vnd.ms-word.template.macroenabledtemplate": "application/vnd.ms-word.template.macroenabled.12",
    "vnd.ms-excel.sheet.macroenabled": "application/vnd.ms-excel.sheet.macroenabled.12",
    "vnd.ms-excel.template.macroenabled": "application/vnd.ms-excel.template.macroenabled.12",
    "vnd.ms-excel.sheet.binary.macroenabled": "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    "vnd.ms-excel.addin.macroenabled": "application/vnd.ms-excel.addin.macroenabled.12",
    "vnd.ms-powerpoint.presentation.macroenabled": "application/vnd.ms-powerpoint.presentation.macroenabled.12",
    "vnd.ms-powerpoint.template.macroenabled": "application/vnd.ms-powerpoint.template.macroenabled.12",
    "vnd.ms-powerpoint.slideshow.macroenabled": "application/vnd.ms-powerpoint.slideshow.macroenabled.12",
    "vnd.ms-powerpoint.addin.macroenabled": "application/vnd.ms-powerpoint.addin.macroenabled.12",
    "vnd.ms-visio.drawing.macroenabled": "application/vnd.ms-visio.drawing.macroenabled",
}
_MACRO_MEMBER = re.compile(r"(?:^|/)(?:vba\w*\.bin|macrosheets/.+|basic/script-lc\.xml|basic/.+\.xba)$", re.IGNORECASE)
_ODF_MACRO = re.compile(r"^(?:Basic|Scripts)/.+[^/]$")


def zip_type(view: memoryview) -> Identified:
    """Identify a file that begins as a ZIP."""
    directory = read_directory(view, _MOST_ENTRIES)
    if directory is None:
        return Identified(_ZIP)
    by_name = {entry.names[0].lower(): entry for entry in directory.entries}
    if types := by_name.get("[content_types].xml"):
        return _office(view, types, directory, by_name)
    if mimetype := by_name.get("mimetype"):
        return _open_document(view, mimetype, directory)
    if "androidmanifest.xml" in by_name:
        return Identified("application/vnd.android.package-archive")
    if "meta-inf/manifest.mf" in by_name:
        return Identified("application/java-archive")
    return Identified(_ZIP)


def _office(view: memoryview, types: Entry, directory: Directory, by_name: dict[str, Entry]) -> Identified:
    """Identify an Office Open XML package (ECMA-376 part 2) by the type of its main part."""
    mains = [main.decode("ascii").lower() for main in _MAIN.findall(member_head(view, types, _MOST_BYTES))]
    active = next((_MACRO_MAINS[main] for main in mains if main in _MACRO_MAINS), "")
    plain = next((CANONICAL["application/" + main] for main in mains if "application/" + main in CANONICAL), _ZIP)
    media_type = active or plain
    notes = []
    if _has_macros(directory, _MACRO_MEMBER):
        media_type = _MACRO_TYPES.get(media_type, media_type)
        notes.append(Note(FindingKind.MACRO_CODE, "macro code in the package"))
    if "meta-inf/manifest.mf" in by_name:
        notes.append(Note(FindingKind.POLYGLOT, "application/java-archive"))
    return Identified(media_type, tuple(notes))


def _open_document(view: memoryview, mimetype: Entry, directory: Directory) -> Identified:
    """Identify a package that names its type in a member (OpenDocument 1.3 part 2 section 3.3, EPUB)."""
    named = member_head(view, mimetype, 128).strip().decode("ascii", "replace").lower()
    media_type = CANONICAL.get(named, _ZIP)
    if not media_type.startswith(("application/vnd.oasis.opendocument.", "application/epub+zip")):
        media_type = _ZIP
    if media_type != _ZIP and _has_macros(directory, _ODF_MACRO):
        return Identified(media_type, (Note(FindingKind.MACRO_CODE, "macro code in the package"),))
    return Identified(media_type)


def member_head(view: memoryview, entry: Entry, most: int) -> bytes:
    """Return up to `most` bytes of a member's content; empty where it cannot be read."""
    local = read_local(view, entry)
    if local is None:
        return b""
    packed = view[local.data_at : local.data_at + min(entry.packed, most)]
    if entry.method == 0:
        return bytes(packed)
    if entry.method != 8:
        return b""
    try:
        return zlib.decompressobj(-15).decompress(packed, most)
    except zlib.error:
        return b""


def _has_macros(directory: Directory, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(name) for entry in directory.entries for name in entry.names)
