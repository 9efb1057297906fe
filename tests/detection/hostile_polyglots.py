"""Allowed media with something foreign before, after or inside: still a good photo, and also a program's carrier.

After the public collections of polyglots (mitra, corkami) and the formats' own documents: where each has room.
"""

import functools
import struct
import zlib
from collections.abc import Callable

from tests import builders
from tests.detection import media
from tests.detection.case import Case, Source, hostile
from tests.detection.mails import attached
from tests.detection.payloads import ELF, HTA, JSCRIPT, PE, PHP, SHELL, STORED_ZIP, ZIP, jar, smuggler
from tests.detection.rar import rar4, rar5

_JPEG = ("image/jpeg", "photo.jpg")
_PNG = ("image/png", "chart.png")
_GIF = ("image/gif", "wave.gif")
_PDF = ("application/pdf", "report.pdf")
_MP4 = ("video/mp4", "clip.mp4")
Claim = tuple[str, str]


def cases() -> list[Case]:
    """Return the class polyglots."""
    table: dict[str, tuple[Callable[[], bytes], Claim]] = _behind() | _inside() | _before()
    sent: dict[str, Source] = {name: functools.partial(_mail, make, claim) for name, (make, claim) in table.items()}
    return hostile("polyglots", sent)


def _mail(make: Callable[[], bytes], claim: Claim) -> bytes:
    return attached(make(), *claim)


def box(kind: bytes, content: bytes) -> bytes:
    """Return a box of the ISO base media format (ISO/IEC 14496-12)."""
    return struct.pack(">I", len(content) + 8) + kind + content


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a chunk of PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def segment(marker: int, content: bytes) -> bytes:
    """Return a segment of JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _riff(data: bytes, kind: bytes, content: bytes) -> bytes:
    grown = data + kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) & 1)
    return grown[:4] + struct.pack("<I", len(grown) - 8) + grown[8:]


def _video() -> bytes:
    return builders.clip()


def _webm() -> bytes:
    return media.video("webm", "-c:v", "libvpx", "-c:a", "libvorbis")


def _behind() -> dict[str, tuple[Callable[[], bytes], Claim]]:
    carriers: dict[str, tuple[Callable[[], bytes], Claim]] = {
        "JPEG": (builders.photo, _JPEG),
        "PNG": (builders.picture, _PNG),
        "GIF": (builders.animation, _GIF),
        "PDF": (builders.document, _PDF),
        "MP4": (_video, _MP4),
        "WebP": (lambda: media.image("webp"), ("image/webp", "a.webp")),
        "BMP": (lambda: media.image("bmp"), ("image/bmp", "a.bmp")),
        "TIFF": (lambda: media.image("tiff"), ("image/tiff", "a.tiff")),
        "HEIC": (lambda: media.image("heic"), ("image/heic", "a.heic")),
        "AVIF": (lambda: media.image("avif"), ("image/avif", "a.avif")),
        "WebM": (_webm, ("video/webm", "a.webm")),
        "AVI": (lambda: media.video("avi", "-c:v", "mpeg4"), ("video/x-msvideo", "a.avi")),
        "icon": (lambda: media.image("ico", size="32x32"), ("image/x-icon", "a.ico")),
        "JPEG 2000": (lambda: media.image("jp2"), ("image/jp2", "a.jp2")),
    }
    tails = {
        "a ZIP": ZIP, "a program": PE, "a RAR": rar4({"invoice.exe": PE}), "a RAR 5": rar5({"invoice.exe": PE}),
        "an HTML application": HTA, "a Java archive": jar(), "a shell script": SHELL,
    }  # fmt: skip
    table: dict[str, tuple[Callable[[], bytes], Claim]] = {}
    for number, (carrier, (make, claim)) in enumerate(carriers.items()):
        for order, (what, tail) in enumerate(tails.items()):
            if order == 0 or (number + order) % 5 == 0:
                table[f"{what} behind {carrier}"] = (functools.partial(lambda m, t: m() + t, make, tail), claim)
    table["a program behind JPEG and zeros"] = (lambda: builders.photo() + bytes(5000) + PE, _JPEG)
    table["a ZIP behind two JPEGs"] = (lambda: builders.photo() * 2 + ZIP, _JPEG)
    table["a ZIP behind a motion photo"] = (lambda: builders.photo() + _video() + ZIP, _JPEG)
    table["a page behind a PDF"] = (lambda: builders.document() + smuggler().encode(), _PDF)
    table["a ZIP between two ends of a PDF"] = (lambda: builders.document() + ZIP + b"\nstartxref\n0\n%%EOF\n", _PDF)
    return table


def _inside() -> dict[str, tuple[Callable[[], bytes], Claim]]:
    photo, picture, animation = builders.photo(), builders.picture(), builders.animation()
    document = builders.document()

    def bitmap() -> bytes:
        data = media.image("bmp")
        at = struct.unpack_from("<I", data, 10)[0]
        grown = data[:10] + struct.pack("<I", at + len(PE)) + data[14:at] + PE + data[at:]
        return grown[:2] + struct.pack("<I", len(grown)) + grown[6:]

    def icon() -> bytes:
        data = media.image("ico", size="32x32")
        at = struct.unpack_from("<I", data, 18)[0]
        return data[:18] + struct.pack("<I", at + len(ZIP)) + data[22:at] + ZIP + data[at:]

    def tiff() -> bytes:
        data = media.image("tiff")
        at = struct.unpack_from("<I", data, 4)[0]
        # A gap between the pixels and the directory, which is at the end; offsets before it stay right.
        return data[:4] + struct.pack("<I", len(data) + len(PE)) + data[8:] + PE + data[at:]

    return {
        "a ZIP in a JPEG's comment": (lambda: photo[:2] + segment(0xFE, ZIP) + photo[2:], _JPEG),
        "a program in a JPEG's comment": (lambda: photo[:2] + segment(0xFE, PE) + photo[2:], _JPEG),
        "PHP in a JPEG's comment": (lambda: photo[:2] + segment(0xFE, PHP) + photo[2:], _JPEG),
        "a page in a JPEG's comment": (lambda: photo[:2] + segment(0xFE, smuggler().encode()) + photo[2:], _JPEG),
        "a program in a JPEG's APP9": (lambda: photo[:2] + segment(0xE9, PE) + photo[2:], _JPEG),
        "a ZIP in a JPEG's APP13": (lambda: photo[:2] + segment(0xED, ZIP) + photo[2:], _JPEG),
        "a program for a thumbnail": (
            lambda: photo[:2] + segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0" + PE) + photo[2:], _JPEG,
        ),
        "a program for a colour profile": (lambda: photo[:2] + segment(0xE2, b"ICC_PROFILE\0\1\1" + PE) + photo[2:], _JPEG),
        "a ZIP in a PNG's own chunk": (lambda: picture[:-12] + chunk(b"zIPa", ZIP) + picture[-12:], _PNG),
        "a program in a PNG's text": (lambda: picture[:33] + chunk(b"tEXt", b"Comment\0" + PE) + picture[33:], _PNG),
        "PHP in a PNG's text": (lambda: picture[:33] + chunk(b"tEXt", b"Comment\0" + PHP * 3) + picture[33:], _PNG),
        "a ZIP in a PNG's pixels' neighbour": (lambda: picture[:-12] + chunk(b"IDAT", ZIP) + picture[-12:], _PNG),
        "a program in a GIF's comment": (
            lambda: animation[:-1] + b"!\xfe" + b"".join(bytes((len(p),)) + p for p in _pieces(PE)) + b"\0;", _GIF,
        ),
        "a ZIP in a GIF's application block": (
            lambda: animation[:-1] + b"!\xff\x0bABCDEFGH1.0" + b"".join(bytes((len(p),)) + p for p in _pieces(ZIP)) + b"\0;", _GIF,
        ),
        "JavaScript that begins as GIF": (lambda: b"GIF89a=1;" + JSCRIPT, _GIF),
        "JavaScript in a GIF's width": (lambda: b"GIF89a/*" + animation[8:] + b"*/=1;" + JSCRIPT, _GIF),
        "a program between a PDF's objects": (
            lambda: document.replace(b"xref", PE + b"\nxref", 1), _PDF,
        ),
        "a ZIP in a PDF's comment": (lambda: document.replace(b"\n", b"\n%" + STORED_ZIP + b"\n", 1), _PDF),
        "a program in a PDF's stream": (
            lambda: document.replace(b"xref\n", b"99 0 obj\n<< /Length %d >>\nstream\n" % len(PE) + PE + b"\nendstream\nendobj\nxref\n", 1), _PDF,
        ),
        "a ZIP in an MP4's free box": (lambda: _video() + box(b"free", ZIP), _MP4),
        "a program in an MP4's skip box": (lambda: _video() + box(b"skip", PE), _MP4),
        "a ZIP in an MP4's uuid box": (lambda: _video() + box(b"uuid", bytes(16) + ZIP), _MP4),
        "a program in a second mdat": (lambda: _video() + box(b"mdat", PE), _MP4),
        "a ZIP in an unknown box": (lambda: _video() + box(b"zzzz", ZIP), _MP4),
        "a ZIP in a HEIC's free box": (lambda: media.image("heic") + box(b"free", ZIP), ("image/heic", "a.heic")),
        "a program in an AVI's JUNK": (
            lambda: _riff(media.video("avi", "-c:v", "mpeg4"), b"JUNK", PE), ("video/x-msvideo", "a.avi"),
        ),
        "a ZIP in a WebP's chunk": (lambda: _riff(media.image("webp"), b"zipa", ZIP), ("image/webp", "a.webp")),
        "a program in a WebP's metadata": (lambda: _riff(media.image("webp"), b"XMP ", PE), ("image/webp", "a.webp")),
        "a ZIP in a WebM's void": (
            lambda: _webm() + b"\xec" + struct.pack(">Q", (1 << 56) | len(ZIP)) + ZIP, ("video/webm", "a.webm"),
        ),
        "a program before a bitmap's pixels": (bitmap, ("image/bmp", "a.bmp")),
        "a ZIP before an icon's picture": (icon, ("image/x-icon", "a.ico")),
        "a program in a TIFF's gap": (tiff, ("image/tiff", "a.tiff")),
    }  # fmt: skip


def _before() -> dict[str, tuple[Callable[[], bytes], Claim]]:
    photo, document = builders.photo(), builders.document()
    stub = PE[:64] + b"\n" + document
    return {
        "a PDF inside a program": (lambda: PE + document, _PDF),
        "a PDF in a program's stub": (lambda: stub + PE, _PDF),
        "a PDF behind a page": (lambda: b"<html><script>alert(1)</script>\n" + document, _PDF),
        "a PDF behind a shell script": (lambda: SHELL + document, _PDF),
        "a PDF behind a batch file": (lambda: b"@start calc & exit\r\n" + document, _PDF),
        "a PDF inside a stored ZIP": (lambda: _zip_around(document), _PDF),
        "a PDF behind a photo's comment": (lambda: photo[:2] + segment(0xFE, document) + photo[2:], _PDF),
        "a photo that is a PDF in its comment": (lambda: photo[:2] + segment(0xFE, document) + photo[2:], _JPEG),
        "a photo inside a stored ZIP": (lambda: _zip_around(photo), _JPEG),
        "a photo behind a program": (lambda: PE + photo, _JPEG),
        "a photo behind PHP": (lambda: PHP + photo, _JPEG),
        "an MP4 behind an ELF": (lambda: ELF + _video(), _MP4),
        "an MP4 that begins with a page": (lambda: box(b"skip", smuggler().encode()) + _video(), _MP4),
        "a bitmap that is a script": (lambda: b"BM=1;" + JSCRIPT, ("image/bmp", "a.bmp")),
        "an icon that is a page": (lambda: b"\0\0\1\0\1\0" + HTA, ("image/x-icon", "a.ico")),
        "a ZIP that begins like a JPEG": (lambda: b"\xff\xd8\xff\xe0" + ZIP, _JPEG),
    }


def _zip_around(content: bytes) -> bytes:
    return builders.zip_of({"a": content, "invoice.exe": PE}, 0)


def _pieces(content: bytes) -> list[bytes]:
    return [content[at : at + 255] for at in range(0, len(content), 255)]
