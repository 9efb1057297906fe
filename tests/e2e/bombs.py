"""Files and messages that cost far more to look into than to send; the kinds that are known."""

import bz2
import gzip
import io
import lzma
import struct
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from tests import builders
from tests.unit.filetype import made
from tests.unit.unpack.packed import rar5, rar5_file, run

ZEROS = 64 * 1024 * 1024


def attached(content: bytes, name: str = "bomb.bin") -> bytes:
    """Make a message with one file."""
    return builders.mail(builders.multipart(builders.text(), builders.part(content, "application/octet-stream", name)))


def nested(content: bytes, levels: int, copies: int = 1) -> bytes:
    """Put a file into ZIPs of ZIPs, `copies` of it in each."""
    for _ in range(levels):
        content = builders.zip_of({f"{number}.zip": content for number in range(copies)})
    return content


def overlapping() -> bytes:
    """Make a ZIP whose entries share one kernel (Fifield 2019)."""
    kernel = zlib.compressobj(9, wbits=-15)
    packed = kernel.compress(bytes(ZEROS)) + kernel.flush()
    sizes = struct.pack("<III", zlib.crc32(bytes(ZEROS)), len(packed), ZEROS)
    local = b"PK\3\4" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + struct.pack("<HH", 1, 0) + b"0" + packed
    entry = (
        b"PK\1\2" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes + struct.pack("<HHHHHII", 1, 0, 0, 0, 0, 0, 0)
    )
    directory = b"".join(entry + bytes((48 + number % 10,)) for number in range(2000))
    return local + directory + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 2000, 2000, len(directory), len(local), 0)


def huge_dictionary(folder: Path) -> bytes:
    """Make a 7z archive that asks for a dictionary of 4 GiB."""
    out = bytearray(run(folder, "7z a -bd -mhc=off -m0=LZMA2:d=24 out.7z *", "mv out.7z out"))
    at = out.index(b"\x21\x21\x01", len(out) - 400) + 3
    out[at] = 40
    start, size = struct.unpack_from("<QQ", out, 12)
    out[28:32] = zlib.crc32(out[32 + start : 32 + start + size]).to_bytes(4, "little")
    out[8:12] = zlib.crc32(out[12:32]).to_bytes(4, "little")
    return bytes(out)


def huge_cabinet(folder: Path) -> bytes:
    """Make a cabinet whose first file claims 4 GiB."""
    out = bytearray(run(folder, "gcab -c out *.*"))
    at = struct.unpack_from("<I", out, 16)[0]
    out[at : at + 4] = b"\xff\xff\xff\x7f"
    return bytes(out)


def huge_rar() -> bytes:
    """Make a RAR 5 archive whose file claims a terabyte."""
    member = rar5_file("a.txt", b"text")
    at = member.index(b"\4\4", 4)
    fields = member[at : at + 1] + b"\xff\xff\xff\xff\xff\x1f" + member[at + 2 :]
    head = fields[: -len(b"text")]
    whole = bytes((2, 2, 4)) + head
    whole = bytes((len(whole),)) + whole
    return rar5(zlib.crc32(whole).to_bytes(4, "little") + whole + b"text")


def many_tiny(count: int) -> bytes:
    """Make a ZIP of empty files."""
    return builders.zip_of(dict.fromkeys(map(str, range(count)), b""))


def long_names() -> bytes:
    """Make a ZIP of 2,000 names of 60,000 bytes, which pack well in another."""
    return builders.zip_of({"inner.zip": builders.zip_of({f"{n}" + "x" * 20_000: b"" for n in range(1000)})})


def sparse_tar() -> bytes:
    """Make a tar file whose member claims eight terabytes."""
    info = tarfile.TarInfo("a")
    info.size = 8 << 40
    return info.tobuf(tarfile.GNU_FORMAT) + bytes(1024)


def solid_zeros(folder: Path, command: str) -> bytes:
    """Compress half a gigabyte of zeros."""
    folder.mkdir(exist_ok=True)
    script = f"head -c 512M /dev/zero | {command}"
    subprocess.run(["sh", "-ec", script], cwd=folder, check=True, capture_output=True)
    return (folder / "out").read_bytes()


def expanding_xml() -> bytes:
    """Make an Office document whose main part is the billion laughs."""
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
    return made.office(members={"word/document.xml": f'<!DOCTYPE x [<!ENTITY l0 "l">{lines}]><x>&l19;</x>'.encode()})


def many_parts() -> bytes:
    """Make a message of 400 parts, each with a bomb of its own."""
    bomb = builders.part(builders.zip_of({"0": bytes(8 * 1024 * 1024)}), "application/zip", "a.zip")
    return builders.mail(builders.multipart(*[bomb] * 400))


def many_messages() -> bytes:
    """Make a message in a message, 300 times."""
    content = builders.message()
    for _ in range(300):
        content = b"Content-Type: message/rfc822\r\n\r\n" + content
    return content


def huge_picture() -> bytes:
    """Make a PNG of 4 gigapixels in few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    pixels = zlib.compress(bytes(1024 * 1024))
    header = struct.pack(">IIBBBBB", 65535, 65535, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def tar_of_many() -> bytes:
    """Make a gzip file of a tar file of 20,000 empty files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for number in range(20_000):
            archive.addfile(tarfile.TarInfo(str(number)))
    return gzip.compress(out.getvalue())


BOMBS: Mapping[str, tuple[Callable[[Path], bytes], str]] = {
    "zip of zips, 16 to the power of 5": (lambda _: attached(nested(bytes(ZEROS), 5, 16)), "ratio_too_high"),
    "zip of zips, 60 levels": (lambda _: attached(nested(b"x", 60)), "too_deep"),
    "overlapping entries": (lambda _: attached(overlapping()), "ratio_too_high"),
    "many tiny files": (lambda _: attached(many_tiny(30_000)), "too_many_members"),
    "many tiny files in a tar": (lambda _: attached(tar_of_many()), "too_many_members"),
    "long names": (lambda _: attached(long_names()), "ratio_too_high"),
    "gzip in gzip": (lambda _: attached(gzip.compress(gzip.compress(bytes(ZEROS)))), "ratio_too_high"),
    "gzip in bzip2 in xz": (
        lambda _: attached(lzma.compress(bz2.compress(gzip.compress(bytes(ZEROS))))),
        "ratio_too_high",
    ),
    "bzip2 of zeros": (lambda folder: attached(solid_zeros(folder, "bzip2 -c > out")), "ratio_too_high"),
    "xz of zeros": (lambda folder: attached(solid_zeros(folder, "xz -1 -c > out")), "ratio_too_high"),
    "zstd of zeros": (lambda folder: attached(solid_zeros(folder, "zstd -q -c > out")), "ratio_too_high"),
    "7z of zeros": (
        lambda folder: attached(solid_zeros(folder, "7z a -bd -mx1 -sizeros o.7z; mv o.7z out")),
        "ratio_too_high",
    ),
    "7z with a dictionary of 4 GiB": (lambda folder: attached(huge_dictionary(folder)), "container_unreadable"),
    "cabinet with a file of 2 GiB": (lambda folder: attached(huge_cabinet(folder)), "container_unreadable"),
    "rar with a file of a terabyte": (lambda _: attached(huge_rar()), "container_unreadable"),
    "tar with a file of 8 terabytes": (lambda _: attached(sparse_tar()), "container_unreadable"),
    "400 parts with a bomb each": (lambda _: many_parts(), "ratio_too_high"),
    "message in message, 300 levels": (lambda _: many_messages(), "too_deep"),
    "20 MB of zeros, not packed": (lambda _: attached(bytes(20_000_000)), ""),
    "picture of 4 gigapixels": (lambda _: attached(huge_picture(), "a.png"), ""),
    "entities that expand, in a document": (lambda _: attached(expanding_xml(), "a.docx"), ""),
    "zip with bzip2 in it": (
        lambda _: attached(builders.zip_of({"0": bytes(ZEROS)}, zipfile.ZIP_BZIP2)),
        "ratio_too_high",
    ),
}
"""What to send, and the finding that it must leave; none where only the answer counts."""
