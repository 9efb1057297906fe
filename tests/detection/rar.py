"""Writes stored RAR files of both generations, after the public descriptions of the format (no free program does)."""

import struct
import zlib
from collections.abc import Mapping


def rar4(members: Mapping[str, bytes]) -> bytes:
    """Return a RAR of version 2.9 with its members stored."""
    out = b"Rar!\x1a\x07\0" + _old_block(0x73, 0, bytes(6))
    for name, content in members.items():
        coded = name.encode()
        fields = struct.pack(
            "<IIBIIBBHI", len(content), len(content), 2, zlib.crc32(content), 0x5A635000, 29, 0x30, len(coded), 0x20
        )
        out += _old_block(0x74, 0x8000, fields + coded) + content
    return out + _old_block(0x7B, 0x4000, b"")


def _old_block(kind: int, flags: int, fields: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def rar5(members: Mapping[str, bytes]) -> bytes:
    """Return a RAR of version 5 with its members stored."""
    out = b"Rar!\x1a\x07\x01\0" + _block(_number(1) + _number(0) + _number(0))
    for name, content in members.items():
        coded = name.encode()
        fields = _number(2) + _number(2) + _number(len(content)) + _number(4) + _number(len(content)) + _number(0x20)
        fields += struct.pack("<I", zlib.crc32(content)) + _number(0) + _number(1) + _number(len(coded)) + coded
        out += _block(fields) + content
    return out + _block(_number(5) + _number(0) + _number(0))


def _block(fields: bytes) -> bytes:
    sized = _number(len(fields)) + fields
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes((*out, value))
