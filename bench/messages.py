"""The four mails that are measured. Each copy differs in one line, so that no cache knows it."""

import os
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from tests import builders

KB = 1000
LINE = 57
"""Bytes in a line of base64 (RFC 2045 section 6.8)."""
SLOT = b"SLOT".ljust(LINE, b".")
CHUNK = 256 * 1024
NOISE_PER_PIXEL = 0.64
"""Bytes of a grey JPEG of noise at quality 85."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A message with one line that changes from copy to copy."""

    name: str
    before: bytes
    after: bytes
    is_base64: bool

    @property
    def size(self) -> int:
        """Size of the raw message in bytes."""
        return len(self.before) + len(self._line(0)) + len(self.after)

    def copy(self, number: int) -> Iterator[bytes | memoryview]:
        """Yield copy `number` in chunks, ready for DATA (no line begins with a dot)."""
        for piece in (self.before, self._line(number), self.after):
            view = memoryview(piece)
            yield from (view[at : at + CHUNK] for at in range(0, len(view), CHUNK))

    def _line(self, number: int) -> bytes:
        plain = f"{os.getpid()}-{number}-".encode().ljust(LINE, b"x")
        return builders.encoded(plain, "base64").rstrip() if self.is_base64 else plain


def text_mail() -> Mail:
    """Return 4 KB of text and html."""
    lines = "".join(f"Line {number} of an ordinary letter that says nothing.\r\n" for number in range(32))
    html = "<html><body>" + lines.replace("\r\n", "<br>\r\n") + "</body></html>\r\n"
    entity = builders.multipart(
        builders.text(f"{SLOT.decode()}\r\n{lines}"), builders.text(html, "html"), subtype="alternative"
    )
    return _mail("4 KB text", entity, is_base64=False)


def pdf_mail() -> Mail:
    """Return a PDF of 100 KB."""
    return _attachment("100 KB PDF", _pdf_of(_noise(99 * KB)), "application/pdf", "figures.pdf")


def photo_mail() -> Mail:
    """Return a JPEG of 1 MB."""
    return _attachment("1 MB JPEG", _noise(1000 * KB), "image/jpeg", "photo.jpg")


def video_mail() -> Mail:
    """Return an MP4 of 20 MB: a real clip, and media data to fill it up."""
    clip = builders.clip()
    filling = 20_000 * KB - len(clip) - 8
    content = clip + struct.pack(">I", filling + 8) + b"mdat" + os.urandom(filling)
    return _attachment("20 MB video", content, "video/mp4", "holiday.mp4")


def _noise(size: int) -> bytes:
    """Let ImageMagick make a grey JPEG of noise, of about `size` bytes."""
    side = int((size / NOISE_PER_PIXEL) ** 0.5)
    command = ["convert", "-size", f"{side}x{side}", "xc:gray", "-colorspace", "gray", "+noise", "Random"]
    made = subprocess.run([*command, "-quality", "85", "jpg:-"], check=True, capture_output=True)
    return made.stdout


def _pdf_of(jpeg: bytes) -> bytes:
    """Make a PDF that shows one picture (ISO 32000-1 section 7.5)."""
    image = b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /Im 4 0 R >> >> >>",
        image + b"/Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream" % (len(jpeg), jpeg),
    ]
    written, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(written)
    return written + b"xref\n0 5\n0000000000 65535 f \n" + table + end


def _attachment(name: str, content: bytes, media_type: str, filename: str) -> Mail:
    at = len(content) // 2 // LINE * LINE
    content = content[:at] + SLOT + content[at + LINE :]
    entity = builders.multipart(builders.text("See the file.\r\n"), builders.part(content, media_type, filename))
    return _mail(name, entity, is_base64=True)


def _mail(name: str, entity: bytes, *, is_base64: bool) -> Mail:
    slot = builders.encoded(SLOT, "base64").rstrip() if is_base64 else SLOT
    before, _, after = builders.mail(entity).partition(slot)
    return Mail(name, before, after, is_base64)
