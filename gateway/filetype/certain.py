"""What decoded bytes are beyond doubt, where nothing but they themselves says that they are a file.

Keys, signatures and tokens are random bytes, and text is text: neither is a file here. libmagic is not asked, it
finds something in every thousandth random string.
"""

from gateway.filetype import binary, pdf
from gateway.filetype.names import PLAIN
from gateway.filetype.text import is_text, text_type

_HEAD = 4096
_KEYS = frozenset(("application/pgp-keys", "application/pgp-signature", "application/x-pem-file"))


def certain_type(head: bytes) -> str:
    """Return the type that the first bytes of a file show; empty for anything else."""
    head = head[:_HEAD]
    view = memoryview(head)
    if not head:
        return ""
    if pdf.starts_pdf(head) >= 0:
        return "application/pdf"
    if is_text(view):
        found = text_type(view).media_type
        return "" if found == PLAIN or found in _KEYS else found
    by_start = binary.by_start(head)
    # Two letters are too few to tell a program from a key; a program's header is full of zeros.
    if by_start == "application/x-dosexec" and b"\0\0" not in head:
        return ""
    return by_start or ("application/x-tar" if binary.is_tar_header(head[:512]) else "")
