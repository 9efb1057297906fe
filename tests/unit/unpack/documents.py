"""Documents for tests: PDFs written by hand, and those that real programs made."""

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "samples" / "documents"

INVOICE = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice '
    b'xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100">%s</rsm:CrossIndustryInvoice>'
)


def sample(name: str) -> bytes:
    """Return a document that a real program made."""
    return (SAMPLES / name).read_bytes()


def pdf(*objects: bytes, trailer: bytes = b"<</Root 1 0 R>>") -> bytes:
    """Write a PDF whose objects are numbered from 2 on; readers rebuild the cross-reference that it lacks."""
    numbered = [b"<</Type/Catalog/Pages 9 0 R>>", *objects]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(numbered, 1))
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + body + b"trailer\n" + trailer + b"\nstartxref\n0\n%%EOF\n"


def stream(content: bytes, keys: bytes = b"") -> bytes:
    """Write an object with deflated data."""
    return flat(zlib.compress(content), keys + b"/Filter/FlateDecode")


def flat(content: bytes, keys: bytes = b"") -> bytes:
    """Write an object with data as it is."""
    return b"<<%s/Length %d>>\nstream\r\n%s\nendstream" % (keys, len(content), content)


def object_stream(*objects: bytes, keys: bytes = b"/Type/ObjStm") -> bytes:
    """Write an object stream whose objects are numbered from 50 on."""
    table, at = b"", 0
    for number, one in enumerate(objects, 50):
        table += b"%d %d " % (number, at)
        at += len(one) + 1
    return stream(table + b" ".join(objects), keys + b"/N %d/First %d" % (len(objects), len(table)))


def specification(name: bytes, number: int) -> bytes:
    """Write a file specification for the data in object `number`."""
    return b"<</Type/Filespec/F(%s)/UF(%s)/EF<</F %d 0 R>>>>" % (name, name, number)


_SECTOR = 512
_NONE, _CHAIN_END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: Mapping[str, bytes], *, classes: Mapping[str, bytes] | None = None, spare: bytes = b"") -> bytes:
    """Write a compound file ([MS-CFB]) of streams, and the storages in their paths; `spare` lies in a free sector."""
    storages = {path[:at] for path in streams for at, sign in enumerate(path) if sign == "/"}
    paths = ["", *sorted(storages), *streams]
    directory_sectors = -(-len(paths) // 4)
    table = [_TABLE, *range(2, directory_sectors + 1), _CHAIN_END]
    body, starts = b"", {}
    for path, content in streams.items():
        count = -(-len(content) // _SECTOR)
        starts[path] = len(table) if count else _CHAIN_END
        table += [*range(len(table) + 1, len(table) + count), _CHAIN_END][: count or 0]
        body += content.ljust(count * _SECTOR, b"\0")
    directory = b""
    for number, path in enumerate(paths):
        parent, _, name = path.rpartition("/")
        siblings = [
            one for one, other in enumerate(paths) if one > number and other and other.rpartition("/")[0] == parent
        ]
        children = [one for one, other in enumerate(paths) if one and path == other.rpartition("/")[0]]
        kind = 5 if not path else 2 if path in streams else 1
        raw = (name or "Root Entry").encode("utf-16-le") + b"\0\0"
        right = siblings[0] if siblings and path else _NONE
        child = children[0] if children and kind != 2 else _NONE
        directory += raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, _NONE, right, child)
        directory += (classes or {}).get(path, bytes(16)) + bytes(20)
        directory += struct.pack("<IQ", starts.get(path, _CHAIN_END), len(streams.get(path, b"")))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += (
        struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 0, _CHAIN_END, 0, _CHAIN_END, 0, 0) + struct.pack("<I", _NONE) * 108
    )
    packed = struct.pack(f"<{len(table)}I", *table).ljust(_SECTOR, b"\xff")
    assert len(packed) == _SECTOR, "too large for one sector of table"
    return header + packed + directory.ljust(directory_sectors * _SECTOR, b"\0") + body + spare


def dropped(name: str, content: bytes) -> bytes:
    """Write what the Packager keeps of a file that was dropped into a document."""
    path = f"C:\\Users\\a\\{name}".encode()
    inner = b"\2\0" + name.encode() + b"\0" + path + b"\0\0\0\3\0" + struct.pack("<I", len(path) + 1) + path + b"\0"
    inner += struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(inner)) + inner


def record(kind: int, content: bytes) -> bytes:
    """Write a record of a workbook."""
    return struct.pack("<HH", kind, len(content)) + content


def show_record(kind: int, content: bytes, flags: int = 0) -> bytes:
    """Write a record of a presentation."""
    return struct.pack("<HHI", flags, kind, len(content)) + content
