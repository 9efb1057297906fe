"""Archives, documents, texts and tables where they are allowed."""

import functools
import io
import tarfile
import zipfile
from collections.abc import Callable

from tests import builders
from tests.builders import zip_of
from tests.detection import archives
from tests.detection.case import STUDIO, Case, Source, honest
from tests.detection.mails import attached
from tests.detection.payloads import docx
from tests.detection.rar import rar5

_GOOD = {"notes.txt": b"hello\r\n" * 50, "photo.jpg": builders.photo(), "report.pdf": builders.document()}
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LINK = (
    '<Relationship Id="rId7" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
    'Target="https://a.example/" TargetMode="External"/>'
)


def cases() -> list[Case]:
    """Return the classes archives and office, where they are allowed."""
    return [
        *honest("archives where allowed", _archives(), STUDIO),
        *honest("documents where allowed", _documents(), STUDIO),
    ]


def _archives() -> dict[str, Source]:
    def streamed() -> bytes:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w|gz") as archive:
            for name, content in _GOOD.items():
                info = tarfile.TarInfo(f"folder/{name}")
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return out.getvalue()

    p = functools.partial
    makers: dict[str, tuple[Callable[[], bytes], str, str]] = {
        "ZIP": (p(zip_of, _GOOD), "application/zip", "zip"),
        "ZIP, stored": (p(zip_of, _GOOD, zipfile.ZIP_STORED), "application/x-zip-compressed", "zip"),
        "ZIP with folders": (p(zip_of, {"a/": b"", "a/b/": b"", **{f"a/b/{name}": data for name, data in _GOOD.items()}}), "application/zip", "zip"),
        "ZIP of a Macintosh": (p(zip_of, {**_GOOD, "__MACOSX/._photo.jpg": b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(60)}), "application/zip", "zip"),
        "ZIP with umlauts": (p(zip_of, {"Grüße aus Köln.txt": b"hello", "写真.jpg": builders.photo()}), "application/zip", "zip"),
        "ZIP by 7-Zip": (p(archives.seven, _GOOD, suffix="zip"), "application/zip", "zip"),
        "ZIP with a comment": (lambda: zip_of(_GOOD)[:-2] + b"\x05\0hello", "application/zip", "zip"),
        "ZIP in a ZIP": (lambda: zip_of({"inner.zip": zip_of(_GOOD)}), "application/zip", "zip"),
        "ZIP of zeros": (lambda: zip_of({"zeros.txt": b"0" * 200_000}), "application/zip", "zip"),
        "ZIP with nothing": (lambda: zip_of({}), "application/zip", "zip"),
        "tar": (p(archives.written, "ustar", _GOOD), "application/x-tar", "tar"),
        "tar in gzip": (streamed, "application/gzip", "tar.gz"),
        "tar of GNU": (p(archives.written, "gnutar", _GOOD), "application/x-tar", "tar"),
        "gzip": (lambda: archives.packed("gzip", b"hello\n" * 100), "application/gzip", "txt.gz"),
        "7-Zip": (p(archives.seven, _GOOD), "application/x-7z-compressed", "7z"),
        "7-Zip, solid": (p(archives.seven, _GOOD, "-ms=on", "-mx=9"), "application/x-7z-compressed", "7z"),
        "RAR": (lambda: rar5(_GOOD), "application/vnd.rar", "rar"),
    }  # fmt: skip
    return {name: p(_mail, make, media_type, suffix) for name, (make, media_type, suffix) in makers.items()}


def _mail(make: Callable[[], bytes], media_type: str, suffix: str) -> bytes:
    return attached(make(), media_type, f"documents.{suffix}")


def _documents() -> dict[str, Source]:
    odt = {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": b'<?xml version="1.0"?><office:document-content '
        b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
        "META-INF/manifest.xml": b'<?xml version="1.0"?><manifest:manifest '
        b'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
    }
    pictured = docx(more={"word/media/image1.jpeg": builders.photo(), "docProps/thumbnail.jpeg": builders.photo()})
    return {
        "docx": attached(docx(), _DOCX, "letter.docx"),
        "docx with a link": attached(docx(relations=_LINK), _DOCX, "letter.docx"),
        "docx with pictures": attached(pictured, _DOCX, "letter.docx"),
        "docx as octet-stream": attached(docx(), "application/octet-stream", "letter.docx"),
        "odt": attached(zip_of(odt, zipfile.ZIP_STORED), "application/vnd.oasis.opendocument.text", "letter.odt"),
        "text": attached("Grüße\r\n".encode() * 20, "text/plain", "notes.txt"),
        "text in Latin-1": attached("Grüße\r\n".encode("latin-1") * 20, "text/plain", "notes.txt"),
        "text in UTF-16": attached("\ufeffGrüße\r\n".encode("utf-16-le"), "text/plain", "notes.txt"),
        "CSV": attached(b"a;b;c\r\n1;2;3\r\n" * 50, "text/csv", "list.csv"),
        "CSV as Excel calls it": attached(b"a,b\r\n-1,+2\r\n", "application/vnd.ms-excel", "list.csv"),
        "docx in an archive": attached(zip_of({"letter.docx": docx()}), "application/zip", "letters.zip"),
    }
