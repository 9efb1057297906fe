"""Small mails that cost much: bombs of all kinds, answered within the time and refused (Fifield 2019 for ZIP)."""

import base64
import bz2
import functools
import lzma
import struct
import zlib

from tests import builders
from tests.builders import CRLF, zip_of
from tests.detection import archives, pdfs
from tests.detection.case import STUDIO, Case, Source, hostile
from tests.detection.containers import gzip_of
from tests.detection.mails import COVER, attached, b64, html, mixed, part, raw
from tests.detection.payloads import PE, docx, smuggler
from tests.detection.rar import rar4

_MIB = 1024 * 1024
_FILE = "Content-Disposition: attachment; filename=invoice.exe\nContent-Transfer-Encoding: base64\n"
_BODY = b64(PE)


def cases() -> list[Case]:
    """Return the class bombs."""
    return [*hostile("bombs", _of_mime() | _of_documents()), *hostile("bombs", _of_archives(), STUDIO)]


@functools.cache
def _zeros(count: int) -> bytes:
    return bytes(count * _MIB)


@functools.cache
def _zip_of_zeros(count: int) -> bytes:
    return zip_of({"a.txt": _zeros(count)})


def _nested_zip() -> bytes:
    data = _zip_of_zeros(64)
    for level in range(4):
        data = zip_of({f"{level}-{number}.zip": data for number in range(16)})
    return data


def overlapped(files: int, size: int) -> bytes:
    """Return a ZIP whose files share one kernel of deflated zeros, all quoted by each other (Fifield)."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = kernel.compress(bytes(size)) + kernel.flush()
    crc = zlib.crc32(bytes(size))
    local, central = b"", b""
    head = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, crc, len(data), size, 4, 0)
    local = head + b"0000" + data
    for number in range(files):
        central += (
            struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, len(data), size, 4, 0, 0, 0, 0, 0, 0)
            + f"{number:04}".encode()
        )
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, files, files, len(central), len(local), 0)
    return local + central + end


def _many_empty(count: int) -> bytes:
    return zip_of({f"{number}.txt": b"" for number in range(count)}, 0)


def _chain(levels: int) -> bytes:
    data = b"hello"
    for _ in range(levels):
        data = gzip_of(data)
    return data


def _of_archives() -> dict[str, Source]:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    billion = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "lol">{laughs}]><a>&a9;</a>'.encode()

    def sent(make: functools.partial[bytes], suffix: str) -> Source:
        return lambda: attached(make(), "application/octet-stream", f"a.{suffix}")

    p = functools.partial
    return {
        "ZIP of 600 MB of zeros": sent(p(_zip_of_zeros, 600), "zip"),
        "ZIP, four levels of sixteen": sent(p(_nested_zip), "zip"),
        "ZIP, files that overlap": sent(p(overlapped, 2000, 8 * _MIB), "zip"),
        "ZIP, few files that overlap": sent(p(overlapped, 40, 4 * _MIB), "zip"),
        "ZIP of 60,000 files": sent(p(_many_empty, 60_000), "zip"),
        "ZIP that says it is 4 GB": lambda: attached(
            builders.zip_of({"a.txt": b"x"}).replace(struct.pack("<II", 3, 1), struct.pack("<II", 3, 0xFFFFFFFE)),
            "application/zip", "a.zip",
        ),
        "gzip of 600 MB of zeros": sent(p(lambda: gzip_of(_zeros(600))), "gz"),
        "gzip in gzip of 600 MB": sent(p(lambda: gzip_of(gzip_of(_zeros(600)))), "gz"),
        "gzip, 200 levels": sent(p(_chain, 200), "gz"),
        "bzip2 of 600 MB of zeros": sent(p(lambda: bz2.compress(_zeros(600))), "bz2"),
        "xz of 600 MB of zeros": sent(p(lambda: lzma.compress(_zeros(600), preset=0)), "xz"),
        "zstd of 600 MB of zeros": sent(p(lambda: archives.packed("zstd", _zeros(600))), "zst"),
        "7-Zip of 256 MB of zeros": sent(p(lambda: archives.seven({"a.txt": _zeros(256)}, "-mx=1")), "7z"),
        "tar of a file of 8 EB": sent(p(_huge_tar), "tar"),
        "tar of 50,000 names": sent(p(_wide_tar), "tar"),
        "tar in gzip of 600 MB": sent(p(lambda: gzip_of(archives.written("ustar", {"a.txt": _zeros(600)}))), "tgz"),
        "document of 600 MB": lambda: attached(
            docx(more={"word/a.xml": _zeros(600)}), "application/octet-stream", "a.docx"
        ),
        "document with a billion laughs": lambda: attached(
            docx(more={"word/styles.xml": billion}), "application/octet-stream", "a.docx"
        ),
        "RAR that says it is huge": lambda: attached(
            rar4({"a.txt": b"x"}).replace(struct.pack("<II", 1, 1), struct.pack("<II", 1, 0xFFFFFFF0)),
            "application/octet-stream", "a.rar",
        ),
        "cabinet that counts 65,535 files": lambda: attached(
            archives.cab({"a.txt": b"x"})[:28] + b"\xff\xff" + archives.cab({"a.txt": b"x"})[30:],
            "application/octet-stream", "a.cab",
        ),
        "CD image that holds itself": sent(p(_looping_image), "iso"),
    }  # fmt: skip


def _huge_tar() -> bytes:
    head = bytearray(archives.written("ustar", {"a.txt": b"x"})[:512])
    head[124:136] = b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + b"x" * 2048


def _wide_tar() -> bytes:
    head = archives.written("ustar", {"a.txt": b""})[:512]
    return head * 50_000 + bytes(1024)


def _looping_image() -> bytes:
    data = bytearray(archives.iso({"d/a.txt": b"hello"}))
    root = struct.unpack_from("<I", data, 32768 + 156 + 2)[0] * 2048
    at = root
    while data[at]:
        if (data[at + 25] & 2 and data[at + 32] > 1) or data[at + 33 : at + 34] == b"D":
            struct.pack_into("<I", data, at + 2, root // 2048)
            struct.pack_into(">I", data, at + 6, root // 2048)
        at += data[at]
    return bytes(data)


def _of_mime() -> dict[str, Source]:
    deep = builders.part(PE, "application/octet-stream", "invoice.exe")
    for number in range(1000):
        deep = builders.multipart(deep, boundary=f"level{number}x")
    message = builders.mail(deep)
    for _ in range(60):
        message = builders.mail(part("Content-Type: message/rfc822\n", message)) if len(message) < _MIB else message
    packed = functools.reduce(
        lambda inner, _: mixed(part("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n", b64(inner))),
        range(12),
        attached(PE, "application/x-exe", "a.exe"),
    )
    pieces = "; ".join(f'filename*{number}="a"' for number in range(20_000))
    return {
        "1,000 multiparts deep": builders.mail(deep),
        "messages deep around that": message,
        "base64 in base64 twelve times": packed,
        "20,000 parts": mixed(*[b"\r\n"] * 20_000),
        "20,000 parts of messages": mixed(*[b"\r\n\r\n"] * 20_000, subtype="digest"),
        "100,000 fields": raw("X-A: b\n" * 100_000 + _FILE, _BODY),
        "field of 3 MB": raw(f"X-A: {'x' * 3_000_000}\n" + _FILE, _BODY),
        "field of 100,000 folds": raw("X-A: b\n" + " c\n" * 100_000 + _FILE, _BODY),
        "20,000 pieces of a name": raw(f"Content-Type: image/jpeg\nContent-Disposition: attachment; {pieces}\n", b"x\r\n"),
        "100,000 parameters": raw("Content-Type: text/plain" + "; a=b" * 100_000 + "\n" + _FILE, _BODY),
        "comments 100,000 deep": raw(f"Content-Type: text/plain {'(' * 100_000}\n" + _FILE, _BODY),
        "quotes without an end": raw("Content-Type: text/plain; name=" + '"\\' * 50_000 + "\n", b"x\r\n"),
        "50,000 encoded words": raw(f"Content-Disposition: attachment; filename=\"{'=?utf-8?Q?a?= ' * 50_000}\"\n", b"x\r\n"),
        "20,000 uuencoded files": builders.mail(
            builders.part(builders.uuencoded(PE[:9], "a.exe") * 20_000, "text/plain", encoding="8bit", disposition=None)
        ),
        "uuencode begun 100,000 times": builders.mail(
            builders.part(b"begin 644 a.exe\r\nM\r\n" * 100_000 + builders.uuencoded(PE, "a.exe"), "text/plain",
                          encoding="8bit", disposition=None)
        ),
        "delimiters that nearly match": raw(
            "Content-Type: multipart/mixed; boundary=AAA\n", b"--AA\r\n" * 300_000 + b"--AAA\r\n"
            + builders.part(PE, "application/x-exe", "a.exe") + b"\r\n--AAA--\r\n",
        ),
        "page with 200,000 tags of script": html("<script" * 200_000 + "" + smuggler()),
        "page with 200,000 data addresses": html("<a href=data:," * 200_000 + f"<a href=data:;base64,{base64.b64encode(PE).decode()}>"),
    }  # fmt: skip


def _of_documents() -> dict[str, Source]:
    def flate_bomb() -> bytes:
        inner = zlib.compress(zlib.compress(_zeros(600), 9), 9)
        fields = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] /Type /ObjStm /N 1 /First 4 >>" % len(inner)
        return pdfs.pdf(more={5: fields + b"\nstream\n" + inner + b"\nendstream"})

    def looping() -> bytes:
        return pdfs.pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]").replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 9")

    action = b"<< /S /JavaScript /JS (x) >>"
    return {
        "PDF with a stream of 600 MB of objects": lambda: attached(flate_bomb(), "application/pdf", "a.pdf"),
        "PDF with 100,000 objects and an action": lambda: attached(
            pdfs.pdf(b"/OpenAction " + action, more=dict.fromkeys(range(5, 100_000), b"null")), "application/pdf", "a.pdf"
        ),
        "PDF with brackets 100,000 deep": lambda: attached(
            pdfs.pdf(b"/A " + b"[" * 100_000 + b"]" * 100_000 + b" /OpenAction " + action), "application/pdf", "a.pdf"
        ),
        "PDF that points at itself, with an action": lambda: attached(
            looping().replace(b"/Type /Pages", b"/Type /Pages /AA << /O " + action + b" >>"), "application/pdf", "a.pdf"
        ),
        "TNEF of 65,000 empty attributes": lambda: attached(
            struct.pack("<IH", 0x223E9F78, 1) + struct.pack("<BIIH", 1, 0x00089006, 0, 0) * 65_000,
            "application/ms-tnef", "winmail.dat",
        ),
        "picture that is a ZIP bomb behind its end": lambda: attached(
            builders.photo() + _zip_of_zeros(600), "image/jpeg", "photo.jpg"
        ),
        "messages of an archive without end": lambda: mixed(COVER, *[builders.part(_zip_of_zeros(64), "application/zip", "a.zip")] * 20),
        "lines of one byte": lambda: builders.mail(builders.text()) + (b"begin 644 a\r\n" + b"#" + CRLF) * 200_000,
    }  # fmt: skip
