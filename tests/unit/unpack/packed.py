"""Archives made by real programs, and RAR files, for which there is no free one."""

import subprocess
import zlib
from collections.abc import Mapping
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "samples"
MEMBERS: Mapping[str, bytes] = {
    "picture.png": (SAMPLES / "picture.png").read_bytes(),
    "photo.jpg": (SAMPLES / "photo.jpg").read_bytes(),
    "document.pdf": (SAMPLES / "document.pdf").read_bytes(),
}
"""Honest files of three types."""


def run(folder: Path, *commands: str, members: Mapping[str, bytes] = MEMBERS) -> bytes:
    """Write the members into `folder`, run shell commands there that make "out", and return that."""
    folder.mkdir(exist_ok=True, parents=True)
    for name, content in members.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    for command in commands:
        subprocess.run(["sh", "-ec", command], cwd=folder, check=True, capture_output=True)
    return (folder / "out").read_bytes()


def vint(value: int) -> bytes:
    """Write a number as RAR 5.0 does."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def rar5_block(kind: int, fields: bytes, *, flags: int = 0, data: bytes = b"", extra: bytes = b"") -> bytes:
    """Make a block of RAR 5.0."""
    flags |= (1 if extra else 0) | (2 if data else 0)
    head = vint(kind) + vint(flags)
    head += (vint(len(extra)) if extra else b"") + (vint(len(data)) if data else b"") + fields + extra
    head = vint(len(head)) + head
    return zlib.crc32(head).to_bytes(4, "little") + head + data


def rar5_file(name: str, content: bytes, *, kind: int = 2, flags: int = 0, extra: bytes = b"") -> bytes:
    """Make the block of a stored file, or of a service with `kind` 3."""
    fields = vint(4) + vint(len(content)) + vint(0o100644) + zlib.crc32(content).to_bytes(4, "little")
    fields += vint(0) + vint(1) + vint(len(name.encode())) + name.encode()
    return rar5_block(kind, fields, flags=flags, data=content, extra=extra)


def rar5(*blocks: bytes, archive_flags: int = 0) -> bytes:
    """Make an archive of blocks, with its first and its last one."""
    return b"Rar!\x1a\x07\x01\0" + rar5_block(1, vint(archive_flags)) + b"".join(blocks) + rar5_block(5, vint(0))


def rar4_block(kind: int, flags: int, fields: bytes, data: bytes = b"") -> bytes:
    """Make a block of RAR 4."""
    head = bytes((kind,)) + flags.to_bytes(2, "little") + (7 + len(fields)).to_bytes(2, "little") + fields
    return (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little") + head + data


def rar4_file(name: bytes, content: bytes, *, flags: int = 0, kind: int = 0x74) -> bytes:
    """Make the block of a stored file, or of a service with `kind` 0x7a."""
    size = len(content).to_bytes(4, "little")
    fields = size + size + b"\3" + zlib.crc32(content).to_bytes(4, "little") + b"\0\0\x21\x5a" + b"\x14\x30"
    fields += len(name).to_bytes(2, "little") + (0o100644).to_bytes(4, "little") + name
    return rar4_block(kind, flags | 0x8000, fields, content)


def rar4(*blocks: bytes, archive_flags: int = 0) -> bytes:
    """Make an archive of blocks, with its first and its last one."""
    return (
        b"Rar!\x1a\x07\0" + rar4_block(0x73, archive_flags, bytes(6)) + b"".join(blocks) + rar4_block(0x7B, 0x4000, b"")
    )
