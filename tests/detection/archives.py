"""Archives and disk images of all kinds: by real programs where Debian has them, else after the formats' documents."""

import functools
import struct
import zlib

import libarchive

from tests.detection import media
from tests.detection.rar import rar4, rar5

Files = dict[str, bytes]


def written(form: str, files: Files, filter_name: str | None = None) -> bytes:
    """Return an archive by libarchive."""
    out = bytearray()

    def take(chunk: bytes) -> int:
        out.extend(chunk)
        return len(chunk)

    with libarchive.custom_writer(take, form, filter_name) as archive:
        for name, content in files.items():
            archive.add_file_from_memory(name, len(content), content, permission=0o644)
    return bytes(out)


def seven(files: Files, *options: str, suffix: str = "7z") -> bytes:
    """Return an archive by 7-Zip."""
    return media.made(["7z", "a", "-bd", "-y", *options, f"out.{suffix}", *files], f"out.{suffix}", files)


def packed(program: str, content: bytes) -> bytes:
    """Return a file packed by gzip, bzip2, xz, zstd, lz4 or lzma."""
    command = {"zstd": ["zstd", "-q"], "lz4": ["lz4", "-q", "-z"], "lzma": ["xz", "--format=lzma"]}.get(
        program, [program]
    )
    out = ["-o", "out"] if program == "zstd" else ["in", "out"] if program == "lz4" else []
    if out:
        return media.made([*command, *(["in", *out] if program == "zstd" else out)], "out", {"in": content})
    suffix = {"gzip": "gz", "bzip2": "bz2"}.get(program, program)
    return media.made([*command, "in"], f"in.{suffix}", {"in": content})


@functools.cache
def _iso(options: tuple[str, ...], names: tuple[str, ...], contents: tuple[bytes, ...]) -> bytes:
    files = {f"in/{name}": content for name, content in zip(names, contents, strict=True)}
    return media.made(["genisoimage", "-quiet", *options, "-o", "out.iso", "in"], "out.iso", files)


def iso(files: Files, *options: str) -> bytes:
    """Return a CD image by genisoimage."""
    return _iso(options, tuple(files), tuple(files.values()))


def floppy(files: Files) -> bytes:
    """Return a FAT image by mtools."""
    name = next(iter(files))
    script = f"mformat -C -f 720 -i out.img :: && mcopy -i out.img '{name}' ::"
    return media.made(["sh", "-c", script], "out.img", files)


def cab(files: Files) -> bytes:
    """Return a cabinet with its files stored."""
    data = b"".join(files.values())
    entries, at = b"", 0
    for name, content in files.items():
        entries += struct.pack("<IIHHHH", len(content), at, 0, 0x5A63, 0, 0x20) + name.encode() + b"\0"
        at += len(content)
    blocks = b"".join(
        struct.pack("<IHH", 0, len(part), len(part)) + part
        for part in (data[begin : begin + 32768] for begin in range(0, len(data), 32768))
    )
    count = -(-len(data) // 32768)
    where = 36 + 8 + len(entries)
    head = struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, where + len(blocks), 0, 44, 0, 3, 1, 1, len(files), 0, 1, 0)
    return head + struct.pack("<IHH", where, count, 0) + entries + blocks


def lha(name: str, content: bytes) -> bytes:
    """Return an LHA archive of level 0, stored."""
    coded = name.encode()
    head = b"-lh0-" + struct.pack("<IIHHBB", len(content), len(content), 0, 0x5A63, 0x20, 0) + bytes((len(coded),))
    head += coded + struct.pack("<H", _crc16(content))
    return bytes((len(head), sum(head) & 255)) + head + content + b"\0"


def arj(name: str, content: bytes) -> bytes:
    """Return an ARJ archive, stored."""
    main = struct.pack("<BBBBBBBBIIIIHHBB", 30, 11, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    size, crc = len(content), zlib.crc32(content)
    file = struct.pack("<BBBBBBBBIIIIHHBB", 30, 11, 1, 0, 0, 0, 0, 0, 0, size, size, crc, 0, 0x20, 0, 0)
    return _arj_block(main + b"a.arj\0\0") + _arj_block(file + name.encode() + b"\0\0") + content + b"\x60\xea\0\0"


def _arj_block(head: bytes) -> bytes:
    return b"\x60\xea" + struct.pack("<H", len(head)) + head + struct.pack("<IH", zlib.crc32(head), 0)


def _crc16(content: bytes) -> int:
    value = 0
    for byte in content:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value


def vhd(content: bytes) -> bytes:
    """Return a fixed virtual disk."""
    disk = content.ljust(-(-len(content) // 512) * 512, b"\0")
    foot = struct.pack(">8sIIQI4sI4sQQIII", b"conectix", 2, 0x10000, 2**64 - 1, 0, b"win ", 0xA0000, b"Wi2k",
                       len(disk), len(disk), 0, 2, 0)  # fmt: skip
    return disk + foot.ljust(512, b"\0")


def of_every_kind(files: Files) -> dict[str, tuple[bytes, str]]:
    """Return an archive of each kind with these files, and its usual extension."""
    name, content = next(iter(files.items()))
    tar = written("ustar", files)
    return {
        "7-Zip": (seven(files), "7z"),
        "7-Zip, stored": (seven(files, "-mx=0"), "7z"),
        "7-Zip, PPMd": (seven(files, "-m0=ppmd"), "7z"),
        "tar": (tar, "tar"),
        "tar in gzip": (packed("gzip", tar), "tgz"),
        "tar in bzip2": (packed("bzip2", tar), "tbz2"),
        "tar in xz": (packed("xz", tar), "txz"),
        "tar in zstd": (packed("zstd", tar), "tar.zst"),
        "tar in lz4": (packed("lz4", tar), "tar.lz4"),
        "gzip": (packed("gzip", content), "exe.gz"),
        "bzip2": (packed("bzip2", content), "exe.bz2"),
        "xz": (packed("xz", content), "exe.xz"),
        "lzma": (packed("lzma", content), "exe.lzma"),
        "RAR": (rar4(files), "rar"),
        "RAR 5": (rar5(files), "rar"),
        "cabinet": (cab(files), "cab"),
        "CD image": (iso(files, "-J", "-r"), "iso"),
        "CD image without names of its own": (iso(files), "iso"),
        "UDF image": (iso(files, "-udf", "-J"), "iso"),
        "floppy image": (floppy(files), "img"),
        "virtual disk": (vhd(floppy(files)), "vhd"),
        "cpio": (written("cpio_newc", files), "cpio"),
        "ar": (written("ar_bsd", files), "a"),
        "xar": (written("xar", files), "xar"),
        "LHA": (lha(name, content), "lzh"),
        "ARJ": (arj(name, content), "arj"),
        "WIM": (seven(files, suffix="wim"), "wim"),
        "ZIP in deflate64": (seven(files, "-mm=Deflate64", suffix="zip"), "zip"),
        "ZIP in bzip2": (seven(files, "-mm=BZip2", suffix="zip"), "zip"),
        "ZIP in LZMA": (seven(files, "-mm=LZMA", suffix="zip"), "zip"),
    }
