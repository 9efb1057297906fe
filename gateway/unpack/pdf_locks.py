"""Encrypted PDFs (ISO 32000-2 section 7.6) that open without a password, as every reader opens them.

An owner's password only asks readers not to print or change; who has no password reads all the same.
The library comes with the first such file of a child: few mails have one, and it takes 15 MiB of a gateway.
"""

import io
from collections.abc import Callable

from gateway.unpack.opener import Unreadable


def unlocked(view: memoryview) -> Callable[[int], bytes] | None:
    """Open an encrypted PDF with the empty password; None where it needs another one, or in a way unknown here.

    Returns what gives the data of a stream by its number, decrypted and unpacked, or raises on broken content.
    """
    from pypdf import PdfReader  # noqa: PLC0415 - heavy, and seldom needed
    from pypdf.generic import IndirectObject, StreamObject  # noqa: PLC0415

    try:
        reader = PdfReader(io.BytesIO(bytes(view)), strict=False)
        is_open = bool(reader.decrypt(""))
    except Exception:  # noqa: BLE001 - broken content raises whatever it likes, and stays closed
        return None
    if not is_open:
        return None

    def data(number: int) -> bytes:
        found = reader.get_object(IndirectObject(number, 0, reader))
        if not isinstance(found, StreamObject):
            raise Unreadable(f"object {number} cannot be found")
        return found.get_data()

    return data
