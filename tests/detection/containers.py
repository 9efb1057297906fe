"""Wrappings of mail: TNEF (MS-OXTNEF), compound files (MS-CFB) as Outlook's messages, S/MIME by OpenSSL, mbox."""

import functools
import struct
import zlib

from tests.detection import media


def tnef(name: str, content: bytes) -> bytes:
    """Return a winmail.dat with one file."""

    def attribute(level: int, kind: int, data: bytes) -> bytes:
        return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    coded = name.encode() + b"\0"
    rendering = struct.pack("<HIHHI", 1, 0xFFFFFFFF, 32, 32, 0)
    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(1, 0x00089006, struct.pack("<I", 0x00010000))
        + attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
        + attribute(2, 0x00069002, rendering)
        + attribute(2, 0x00018010, coded)
        + attribute(2, 0x0006800F, content)
    )


def compound(streams: dict[str, bytes]) -> bytes:
    """Return a compound file of version 3 with these streams in its root; each is padded to 4096 bytes."""
    padded = [content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0") for content in streams.values()]
    entries = -(-(len(streams) + 1) // 4)
    fat, data, first = [0xFFFFFFFD, *range(2, entries + 1), 0xFFFFFFFE], b"", []
    for content in padded:
        first.append(len(fat))
        count = len(content) // 512
        fat += [*range(len(fat) + 1, len(fat) + count), 0xFFFFFFFE]
        data += content
    assert len(fat) <= 128
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0) + b"\xff" * 432
    names = ["Root Entry", *streams]
    directory = b""
    for number, name in enumerate(names):
        coded = name.encode("utf-16-le") + b"\0\0"
        kind, child = (5, 1) if number == 0 else (2, 0xFFFFFFFF)
        right = number + 1 if 0 < number < len(names) - 1 else 0xFFFFFFFF
        start, size = (0xFFFFFFFE, 0) if number == 0 else (first[number - 1], len(padded[number - 1]))
        directory += coded.ljust(64, b"\0") + struct.pack("<HBBIII", len(coded), kind, 1, 0xFFFFFFFF, right, child)
        directory += bytes(36) + struct.pack("<IQ", start, size)
    return (
        head
        + struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
        + directory.ljust(entries * 512, b"\0")
        + data
    )


def outlook(content: bytes) -> bytes:
    """Return an Outlook message whose streams hold a file, much as MS-OXMSG lays them out."""
    return compound({
        "__properties_version1.0": bytes(32), "__substg1.0_001A001F": "IPM.Note".encode("utf-16-le"),
        "__substg1.0_37010102": content, "__substg1.0_3707001F": "invoice.exe".encode("utf-16-le"),
    })  # fmt: skip


@functools.cache
def _identity() -> tuple[bytes, bytes]:
    script = (
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 30 "
        "-subj '/CN=Anna/emailAddress=anna@sender.example' && cat key.pem cert.pem > both.pem"
    )
    both = media.made(["sh", "-c", script], "both.pem", {})
    at = both.index(b"-----BEGIN CERTIFICATE")
    return both[:at], both[at:]


def smime(entity: bytes, *options: str) -> bytes:
    """Return what `openssl cms` makes of an entity, as an entity with CR LF lines."""
    key, certificate = _identity()
    command = ["openssl", "cms", *options, "-in", "in", "-out", "out"]
    if "-sign" in options:
        command += ["-signer", "cert.pem", "-inkey", "key.pem"]
    if "-encrypt" in options:
        command += ["cert.pem"]
    out = media.made(command, "out", {"in": entity, "key.pem": key, "cert.pem": certificate})
    return out.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").replace(b"MIME-Version: 1.0\r\n", b"", 1)


def gzip_of(content: bytes) -> bytes:
    """Return a gzip file."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(content) + packer.flush()
