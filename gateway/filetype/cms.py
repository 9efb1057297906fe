"""Cryptographic messages (RFC 5652) by their content type: signed beside or around the text, compressed, encrypted."""

from gateway.filetype.identified import Identified, Note
from gateway.model.finding import FindingKind

_PKCS7 = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
_AUTH_ENVELOPED = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"
_COMPRESSED = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09"
_SIGNATURE, _MIME = "application/pkcs7-signature", "application/pkcs7-mime"
_HEAD = 4096
_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"


def cms_type(view: memoryview) -> Identified | None:
    """Identify a CMS object; None for anything else."""
    head = bytes(view[:_HEAD])
    at = _content(head, 0, 0x30)
    if at < 0:
        return None
    if head.startswith((_AUTH_ENVELOPED, _COMPRESSED), at):
        return Identified(_MIME) if head.startswith(_COMPRESSED, at) else _locked()
    if not head.startswith(_PKCS7, at) or at + len(_PKCS7) >= len(head):
        return None
    match head[at + len(_PKCS7)]:
        case 2:
            return Identified(_SIGNATURE if _is_detached(head, at + 11) else _MIME)
        case 3 | 6:
            return _locked()
        case _:
            return Identified(_MIME)


def _locked() -> Identified:
    return Identified(_MIME, (Note(FindingKind.CONTAINER_ENCRYPTED, "S/MIME"),), encrypted=True)


def _is_detached(head: bytes, at: int) -> bool:
    """Tell whether a SignedData carries no content: [0], SEQUENCE, version, digests, then only the type."""
    at = _content(head, _content(head, at, 0xA0), 0x30)
    for tag in (0x02, 0x31):
        at = _after(head, at, tag)
    inner = _content(head, at, 0x30)
    if inner < 0 or not head.startswith(_DATA, inner):
        return False
    # The type is followed by the [0] content, or by the end of the sequence (of definite or indefinite length).
    return head[at + 1 : at + 2] == b"\x0b" or head[inner + len(_DATA) : inner + len(_DATA) + 2] == b"\0\0"


def _length(head: bytes, at: int) -> tuple[int, int]:
    """Read a BER length (X.690 8.1.3): its value, 0 where indefinite, and the offset behind it."""
    first = head[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    return int.from_bytes(head[at + 1 : at + 1 + count], "big"), at + 1 + count


def _content(head: bytes, at: int, tag: int) -> int:
    """Return where the content of the element with `tag` begins; -1 if it is another element."""
    if at < 0 or at + 2 > len(head) or head[at] != tag:
        return -1
    return _length(head, at + 1)[1]


def _after(head: bytes, at: int, tag: int) -> int:
    """Return the offset behind the element with `tag`; -1 if it is another element."""
    if at < 0 or at + 2 > len(head) or head[at] != tag:
        return -1
    size, start = _length(head, at + 1)
    return start + size
