"""Whether content is text, and which of the kinds of text that matter it is.

Text is what a reader can be shown: no NUL and hardly any control byte, in ASCII, UTF-8 or any national character
set, or UTF-16 that says so with its mark. Nothing here asks libmagic, so ordinary bodies cost next to nothing.
"""

import re

from gateway.filetype import markup
from gateway.filetype.identified import Identified, Note
from gateway.filetype.names import HTML, PLAIN
from gateway.filetype.scripts import script_type
from gateway.model.finding import FindingKind

_HEAD = 16 * 1024
"""What kind of text it is must show within this many bytes."""

_FIRST = 4096
"""Binary files show themselves here; a video is not read for that."""
_WINDOW = 256 * 1024
_TEXT_BYTES = bytes({*range(7, 16), 0x1A, 0x1B, *range(0x20, 0x7F), *range(0x80, 0x100)})
"""BEL to SI, Ctrl-Z and ESC stand in honest old mail and in ISO-2022 character sets."""
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}

_KINDS: tuple[tuple[bytes, str], ...] = (
    (rb"\s*-----BEGIN PGP SIGNATURE-----", "application/pgp-signature"),
    (rb"Version: 1\s*\Z", "application/pgp-encrypted"),
    (rb"\s*-----BEGIN PGP (?:PUBLIC|PRIVATE) KEY BLOCK-----", "application/pgp-keys"),
    (rb"\s*-----BEGIN (?:PKCS7|CMS)-----", "application/pkcs7-mime"),
    (rb"\s*-----BEGIN (?!PGP )[A-Z0-9 ]{3,40}-----", "application/x-pem-file"),
    (rb"\s*BEGIN:VCALENDAR\s", "text/calendar"),
    (rb"\s*BEGIN:VCARD\s", "text/vcard"),
    (rb"\s*\{\\rt", "application/rtf"),
    (rb"\x04?%!PS", "application/postscript"),
    (rb"\(This file must be converted with BinHex", "application/mac-binhex40"),
    (rb"\s*\[InternetShortcut(?:\.[AW])?\]", "application/x-mswinurl"),
    (rb"(?:#[^\n]*\n|\s)*\[Desktop Entry\]", "application/x-desktop"),
    (rb"\s*\[Shell\]\s+(?:Command|IconFile)\s*=", "text/x-ms-scf"),
    (rb"\s*(?:Windows Registry Editor Version|REGEDIT4\s)", "text/x-ms-regedit"),
    (rb"\s*\[autorun\]", "text/x-inf"),
    (rb"(?:;[^\n]*\n|\s)*\[Theme\]", "application/x-ms-library"),
    (rb"WEB\r?\n1\r?\n\s*https?:", "text/x-script"),  # a web query of Excel
    (rb"ID;P[^\n]{0,40}\n(?:[BCEFPO]|NN);", "text/x-script"),  # SYLK, which Excel calculates
    (rb"https?://[^\s#]{1,500}\.application(?:#|\?)", "application/x-mswinurl"),  # ClickOnce
    (rb"(?:[a-z ]+:[is]:[^\n]*\n)*(?:full address|alternate full address):s:", "application/x-rdp"),
    (rb"\s*eval\s{0,9}\(|\s*[!+\x7e(]{1,3}function\s{0,9}\(|[\[\]()!+\s]{60}", "text/javascript"),
    (rb"(?s:.{0,1024}?)\[Version\][^\[]{0,400}?\bSignature\s*=\s*\"?\$(?:Windows|Chicago)", "text/x-inf"),
)  # fmt: skip
_BY_START = re.compile(b"|".join(b"(" + pattern + b")" for pattern, _ in _KINDS), re.IGNORECASE)

_HEADER_FIELD = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,40})[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*")
_MBOX_LINE = re.compile(rb"From [^\n]{3,200}\n")
_MAIL_FIELDS = frozenset(
    (b"received", b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"return-path", b"x-sender")
)
_WEB_ARCHIVE = re.compile(rb"^Content-Type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_PGP_MESSAGE = re.compile(rb"\s*-----BEGIN PGP MESSAGE-----")
_LOCKED = Identified(
    "application/pgp-encrypted", (Note(FindingKind.CONTAINER_ENCRYPTED, "PGP message"),), encrypted=True
)
_DDE_ITEM = re.compile(rb"\|(?:'[^'\n]{0,200}'|[^\s|!']{0,60})![A-Za-z0-9$]")
_DDE_CELL = re.compile(rb"(?:\A|[\n,;\t\"])[ \t'\"]*[=+@-][\w.+=@()*-]{2,40}\Z")
"""A cell of a table that a spreadsheet takes for a link to a program: =program|topic!item."""
_PDF_WINDOW = 1024
_PDF_END = re.compile(rb"startxref|%%EOF")
_PDF_HEAD = re.compile(rb"(?:\A|\n)[ \t]*%PDF-\d")


def is_text(view: memoryview) -> bool:
    """Tell whether all of the content is text; a stray control byte in a hundred is forgiven, NUL never is."""
    if (codec := _UTF16.get(bytes(view[:2]))) is not None:
        return _is_utf16_text(view, codec)
    at, strange, size = 0, 0, _FIRST
    while at < len(view):
        window = bytes(view[at : at + size])
        left = window.translate(None, _TEXT_BYTES)
        at, strange, size = at + len(window), strange + len(left), _WINDOW
        if b"\0" in left or strange * 100 > at:
            return False
    return True


def body_type(view: memoryview) -> Identified | None:
    """Identify a text that is shown, not opened: prose, HTML or a locked message; None for anything else.

    A program's source in a body is prose: nobody's client runs it.
    """
    head = _head(view)
    if not is_text(view) or _is_pdf(view, head):
        return None
    if _PGP_MESSAGE.match(head):
        return _LOCKED
    return Identified(HTML if markup.starts_as_html(head) else PLAIN)


def text_type(view: memoryview) -> Identified:
    """Identify content that `is_text`."""
    head = _head(view)
    if _PGP_MESSAGE.match(head):
        return _LOCKED
    if _is_pdf(view, head):
        return Identified("application/pdf")
    if found := _BY_START.match(head):
        return Identified(_KINDS[(found.lastindex or 1) - 1][1])
    found_type = markup.markup_type(head) or _mail_type(head) or script_type(head) or PLAIN
    return Identified(found_type, _cell_notes(view) if found_type == PLAIN else ())


def _cell_notes(view: memoryview) -> tuple[Note, ...]:
    for item in _DDE_ITEM.finditer(view):
        if _DDE_CELL.search(bytes(view[max(0, item.start() - 64) : item.start()])):
            return (Note(FindingKind.DDE_FIELD, "a cell"),)
    return ()


def _is_pdf(view: memoryview, head: bytes) -> bool:
    """Tell a PDF without binary bytes from prose that mentions one."""
    is_possible = head.find(b"%PDF-", 0, _PDF_WINDOW) >= 0  # many times faster than the expression
    return is_possible and bool(_PDF_HEAD.search(head, 0, _PDF_WINDOW) and _PDF_END.search(view))


def _mail_type(head: bytes) -> str:
    """Recognise a stored mail by an unbroken block of header fields, three of them every mail's."""
    first = _MBOX_LINE.match(head)
    at = start = first.end() if first else 0
    known: set[bytes] = set()
    while (field := _HEADER_FIELD.match(head, at)) is not None:
        known.add(field[1].lower())
        at = field.end()
    if len(known & _MAIL_FIELDS) < 3:
        return ""
    return "multipart/related" if _WEB_ARCHIVE.search(head, start, at) else "message/rfc822"


def _head(view: memoryview) -> bytes:
    """Return the head as an ASCII-compatible text without its byte order mark."""
    head = bytes(view[:_HEAD])
    if (codec := _UTF16.get(head[:2])) is not None:
        return head[2:].decode(codec, "replace").encode("utf-8", "replace")
    return head.removeprefix(b"\xef\xbb\xbf")


def _is_utf16_text(view: memoryview, codec: str) -> bool:
    for at in range(2, len(view), _WINDOW):
        decoded = str(view[at : at + _WINDOW], codec, "replace")  # a surrogate pair may be cut by the window
        if "\0" in decoded or decoded.count("\ufffd") > 2 + len(decoded) // 100:
            return False
    return True
