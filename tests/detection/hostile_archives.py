"""Archives and images where archives are allowed: what is in them must be found, or the archive refused.

APPNOTE 6.3.10 for ZIP; the studies of how unpackers disagree about one archive (overlaps, two directories).
"""

import functools
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable

from tests import builders
from tests.builders import zip_of
from tests.detection import archives
from tests.detection.case import STUDIO, Case, Source, hostile
from tests.detection.mails import attached
from tests.detection.payloads import ELF, JSCRIPT, LNK, PE, VBS, ZIP, docm, jar
from tests.detection.rar import rar5

_KINDS = (
    "7-Zip", "7-Zip, stored", "7-Zip, PPMd", "tar", "tar in gzip", "tar in bzip2", "tar in xz", "tar in zstd",
    "tar in lz4", "gzip", "bzip2", "xz", "lzma", "RAR", "RAR 5", "cabinet", "CD image",
    "CD image without names of its own", "UDF image", "floppy image", "virtual disk", "cpio", "ar", "xar", "LHA",
    "ARJ", "WIM", "ZIP in deflate64", "ZIP in bzip2", "ZIP in LZMA",
)  # fmt: skip


def cases() -> list[Case]:
    """Return the class archives and images."""
    table: dict[str, tuple[Callable[[], bytes], str]] = {
        f"program in {kind}": (functools.partial(_of, kind), "") for kind in _KINDS
    }
    table |= _locked() | _doubtful_zips() | _others()
    sent: dict[str, Source] = {name: functools.partial(_mail, *file) for name, file in table.items()}
    hidden: dict[str, Source] = {
        f"{kind} as a photo": functools.partial(lambda k: attached(_of(k), "image/jpeg", "photo.jpg"), kind)
        for kind in ("7-Zip", "RAR 5", "CD image", "cabinet", "tar")
    }
    return hostile("archives and images", sent, STUDIO) + hostile("archives and images", hidden)


@functools.cache
def _every() -> dict[str, tuple[bytes, str]]:
    return archives.of_every_kind({"invoice.exe": PE})


def _of(kind: str) -> bytes:
    return _every()[kind][0]


def _mail(make: Callable[[], bytes], suffix: str) -> bytes:
    content = make()
    if not suffix:
        suffix = next(suffix for data, suffix in _every().values() if data == content)
    return attached(content, "application/octet-stream", f"documents.{suffix}")


def _locked() -> dict[str, tuple[Callable[[], bytes], str]]:
    files = {"invoice.exe": PE}
    return {
        "ZIP with a password": (lambda: archives.seven(files, "-psecret", "-mem=ZipCrypto", suffix="zip"), "zip"),
        "ZIP in AES": (lambda: archives.seven(files, "-psecret", "-mem=AES256", suffix="zip"), "zip"),
        "ZIP with one locked file": (_half_locked, "zip"),
        "7-Zip with a password": (lambda: archives.seven(files, "-psecret"), "7z"),
        "7-Zip with a locked directory": (lambda: archives.seven(files, "-psecret", "-mhe=on"), "7z"),
        "ZIP with a lock's flag only in its directory": (lambda: _flagged(ZIP, central=1), "zip"),
        "ZIP with a lock's flag only before its data": (lambda: _flagged(ZIP, local=1), "zip"),
    }


def _half_locked() -> bytes:
    inner = archives.seven({"invoice.exe": PE}, "-psecret", "-mem=ZipCrypto", suffix="zip")
    return zip_of({"notes.txt": b"hello\r\n", "more.zip": inner})


def _flagged(data: bytes, local: int = 0, central: int = 0) -> bytes:
    out = bytearray(data)
    struct.pack_into("<H", out, 6, local)
    struct.pack_into("<H", out, data.rindex(b"PK\1\2") + 8, central)
    return bytes(out)


def _doubtful_zips() -> dict[str, tuple[Callable[[], bytes], str]]:
    clean = zip_of({"notes.txt": b"hello\r\n" * 4})
    text = b"hello\r\n" * (len(PE) // 7)
    half = zip_of({"notes.txt": text[:5], "invoice.exe": PE})
    directory = half.index(b"PK\1\2")
    second = half.index(b"PK\1\2", directory + 4)
    end = half.index(b"PK\5\6")

    def without_second() -> bytes:
        kept = half[:directory] + half[directory:second]
        size = second - directory
        return kept + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, size, directory, 0)

    def renamed(old: bytes, new: bytes, *, last: bool = True) -> bytes:
        at = half.rindex(old) if last else half.index(old)
        return half[:at] + new + half[at + len(old) :]

    def descriptor() -> bytes:
        out = io.BytesIO()

        class Pipe(io.RawIOBase):
            def writable(self) -> bool:
                return True

            def write(self, data: bytes) -> int:  # type: ignore[override]
                return out.write(data)

        with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("invoice.exe", PE)
        return out.getvalue()

    def overlapping() -> bytes:
        second_entry = half[second:end].replace(half[second + 42 : second + 46], struct.pack("<I", 0), 1)
        return half[:second] + second_entry + half[end:]

    return {
        "ZIP, plain": (lambda: ZIP, "zip"),
        "ZIP, stored": (lambda: zip_of({"invoice.exe": PE}, zipfile.ZIP_STORED), "zip"),
        "ZIP, program named as a text": (lambda: zip_of({"notes.txt": PE}), "zip"),
        "ZIP, script among texts": (lambda: zip_of({"a.txt": b"a", "b.txt": b"b", "c.js": JSCRIPT}), "zip"),
        "ZIP, shortcut": (lambda: zip_of({"report.pdf.lnk": LNK}), "zip"),
        "ZIP, macros": (lambda: zip_of({"form.docm": docm()}), "zip"),
        "ZIP, streamed": (descriptor, "zip"),
        "ZIP, file that the directory does not name": (without_second, "zip"),
        "ZIP, other name in the directory": (lambda: renamed(b"invoice.exe", b"invoice.txt"), "zip"),
        "ZIP, other name before the data": (lambda: renamed(b"invoice.exe", b"invoice.txt", last=False), "zip"),
        "ZIP behind another": (lambda: clean + ZIP, "zip"),
        "ZIP before another": (lambda: ZIP + clean, "zip"),
        "ZIP behind a text": (lambda: b"hello\r\n" * 100 + ZIP, "zip"),
        "ZIP in the comment of another": (
            lambda: clean[:-2] + struct.pack("<H", len(ZIP)) + ZIP, "zip",
        ),
        "ZIP without a directory": (lambda: ZIP[: ZIP.rindex(b"PK\1\2")], "zip"),
        "ZIP, cut in the middle": (lambda: ZIP[: len(ZIP) // 2], "zip"),
        "ZIP, wrong checksum": (lambda: ZIP.replace(struct.pack("<I", zlib.crc32(PE)), b"abcd"), "zip"),
        "ZIP, wrong size": (lambda: ZIP.replace(struct.pack("<I", len(PE)), struct.pack("<I", 5)), "zip"),
        "ZIP, unknown method": (lambda: ZIP.replace(b"\x14\0\0\0\x08\0", b"\x14\0\0\0\x63\0"), "zip"),
        "ZIP, stored in one place and deflated in the other": (
            lambda: ZIP[:8] + b"\0\0" + ZIP[10:], "zip",
        ),
        "ZIP, two entries on the same data": (overlapping, "zip"),
        "ZIP, same name twice": (_twice, "zip"),
        "ZIP, directory counted wrong": (lambda: half[: end + 8] + b"\1\0\1\0" + half[end + 12 :], "zip"),
        "ZIP, Unicode path field with another name": (_unicode_path, "zip"),
        "ZIP, split in volumes": (lambda: b"PK\7\x08" + ZIP, "zip"),
        "ZIP, four levels": (lambda: functools.reduce(lambda data, n: zip_of({f"{n}.zip": data}), range(4), ZIP), "zip"),
        "ZIP, folder with a program": (lambda: zip_of({"a/": b"", "a/b/invoice.exe": PE}), "zip"),
        "ZIP, name ending with a slash and data": (lambda: zip_of({"invoice.exe/": PE}), "zip"),
        "ZIP, wrong signature of the first file": (lambda: b"PK\3\5" + ZIP[4:], "zip"),
        "ZIP as a document": (lambda: zip_of({"word/document.xml": b"<a/>", "invoice.exe": PE}), "docx"),
    }  # fmt: skip


def _twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("notes.txt"), b"hello\r\n")
        info = zipfile.ZipInfo("Notes.txt")
        archive.writestr(info, PE)
    return out.getvalue().replace(b"Notes.txt", b"notes.txt")


def _unicode_path() -> bytes:
    info = zipfile.ZipInfo("notes.txt")
    name = b"invoice.exe"
    info.extra = struct.pack("<HHBI", 0x7075, 5 + len(name), 1, zlib.crc32(b"notes.txt")) + name
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, VBS)
    return out.getvalue()


def _others() -> dict[str, tuple[Callable[[], bytes], str]]:
    def tar_of(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            for info, content in members:
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return out.getvalue()

    def link(kind: bytes, target: str) -> bytes:
        info = tarfile.TarInfo("notes.txt")
        info.type, info.linkname = kind, target
        return tar_of((info, b""))

    def packed(program: str, content: bytes) -> Callable[[], bytes]:
        return lambda: archives.packed(program, content)

    good = {"notes.txt": b"hello\r\n"}
    return {
        "Java archive": (jar, "jar"),
        "tar with a symbolic link": (lambda: link(tarfile.SYMTYPE, "/etc/passwd"), "tar"),
        "tar with a hard link": (lambda: link(tarfile.LNKTYPE, "/etc/shadow"), "tar"),
        "tar behind its end": (lambda: archives.written("ustar", good) + archives.written("ustar", {"a.exe": PE}), "tar"),
        "tar with a program behind its end": (lambda: archives.written("ustar", good) + PE, "tar"),
        "gzip with a ZIP behind it": (lambda: archives.packed("gzip", b"hello\r\n") + ZIP, "gz"),
        "gzip of two members": (lambda: archives.packed("gzip", b"hello\r\n") + archives.packed("gzip", PE), "gz"),
        "gzip, cut": (lambda: archives.packed("gzip", PE)[:-20], "gz"),
        "bzip2 with a program behind it": (lambda: archives.packed("bzip2", b"hello\r\n") + PE, "bz2"),
        "xz of two streams": (lambda: archives.packed("xz", b"hello\r\n") + archives.packed("xz", ELF), "xz"),
        "ZIP in 7-Zip in tar in gzip": (
            lambda: archives.packed("gzip", archives.written("ustar", {"a.7z": archives.seven({"a.zip": ZIP})})), "tgz",
        ),
        "7-Zip with a program behind it": (lambda: archives.seven(good) + PE, "7z"),
        "7-Zip behind a program": (lambda: PE + archives.seven(good), "7z"),
        "RAR behind a text": (lambda: b"hello " * 20 + rar5({"a.exe": PE}), "rar"),
        "RAR with a ZIP behind it": (lambda: rar5(good) + ZIP, "rar"),
        "CD image with two trees": (lambda: archives.iso({"invoice.exe": PE}, "-J", "-hide-joliet", "invoice.exe"), "iso"),
        "CD image with a file hidden from one tree": (lambda: archives.iso({"invoice.exe": PE}, "-r", "-hide", "invoice.exe"), "iso"),
        "CD image with a program in front": (lambda: PE.ljust(32768, b"\0")[:32768] + archives.iso(good)[32768:], "iso"),
        "Debian package": (
            lambda: archives.written("ar_bsd", {"debian-binary": b"2.0\n", "control.tar.gz": archives.packed("gzip", b""),
                                                "data.tar.gz": archives.packed("gzip", archives.written("ustar", {"a": ELF}))}),
            "deb",
        ),
        "shell archive": (lambda: archives.written("shar", {"a.exe": b"hello\n"}), "shar"),
        "disk image of nobody": (lambda: b"koly".rjust(4096, b"\0") + bytes(508), "dmg"),
        "archive of a program as a photo in an archive": (lambda: zip_of({"photo.jpg": ZIP}), "zip"),
        "photo with a ZIP behind it in an archive": (lambda: zip_of({"photo.jpg": builders.photo() + ZIP}), "zip"),
        "zstd of a program": (packed("zstd", PE), "zst"),
        "lz4 of a program": (packed("lz4", PE), "lz4"),
    }  # fmt: skip
