"""TNEF and compound files for tests, written from [MS-OXTNEF], [MS-CFB] and [MS-OXMSG]."""

import struct
from collections.abc import Iterable, Mapping
from itertools import chain, pairwise

Tree = Mapping[str, "bytes | Tree"]

SIGNATURE = b"\x78\x9f\x3e\x22\x01\x00"
MESSAGE_INTERFACE = b"\x07\x03\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"
RENDERING = (2, 0x00069002, bytes(14))


def attribute(level: int, number: int, data: bytes) -> bytes:
    """Write one attribute with its checksum."""
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def tnef(*attributes: tuple[int, int, bytes]) -> bytes:
    """Write a TNEF stream."""
    return SIGNATURE + b"".join(attribute(*one) for one in attributes)


def properties(values: Iterable[tuple[int, int, bytes]]) -> bytes:
    """Write variable-length MAPI properties: type, number, data."""
    listed = list(values)
    out = struct.pack("<I", len(listed))
    for kind, number, data in listed:
        out += struct.pack("<HHII", kind, number, 1, len(data)) + data + bytes(-len(data) % 4)
    return out


def unicode(text: str) -> bytes:
    """Write a string as PtypString."""
    return text.encode("utf-16-le") + b"\0\0"


def winmail(*files: tuple[str, bytes], body: tuple[int, int, bytes] | None = None) -> bytes:
    """Write what Outlook sends: a class, perhaps a body property, and attachments."""
    attributes = [(1, 0x00089006, b"\0\0\1\0"), (1, 0x00078008, b"IPM.Microsoft Mail.Note\0")]
    if body is not None:
        attributes.append((1, 0x00069003, properties([body])))
    for name, content in files:
        long_name = properties([(0x1F, 0x3707, unicode(name)), (0x1F, 0x370E, unicode("application/octet-stream"))])
        short = (name[:6] + "~1." + name.rpartition(".")[2]).upper()
        attributes += [
            RENDERING,
            (2, 0x00018010, short.encode() + b"\0"),
            (2, 0x0006800F, content),
            (2, 0x00069005, long_name),
        ]
    return tnef(*attributes)


def compound(tree: Tree) -> bytes:
    """Write a compound file of version 3; small streams go into the mini stream."""
    names, kinds, contents, links = ["Root Entry"], [5], [b""], [[0xFFFFFFFF] * 3]

    def add(branch: Tree) -> int:
        numbers = []
        for name, content in branch.items():
            numbers.append(len(names))
            names.append(name)
            kinds.append(2 if isinstance(content, bytes) else 1)
            contents.append(content if isinstance(content, bytes) else b"")
            links.append([0xFFFFFFFF] * 3)
            if not isinstance(content, bytes):
                links[numbers[-1]][2] = add(content)
        for before, after in pairwise(numbers):
            links[before][1] = after
        return numbers[0] if numbers else 0xFFFFFFFF

    links[0][2] = add(tree)
    sectors: list[bytes] = []
    table: list[int] = []

    def place(content: bytes) -> int:
        if not content:
            return 0xFFFFFFFE
        start, pieces = len(sectors), [content[at : at + 512].ljust(512, b"\0") for at in range(0, len(content), 512)]
        sectors.extend(pieces)
        table.extend((*range(start + 1, start + len(pieces)), 0xFFFFFFFE))
        return start

    mini, mini_table, starts = b"", [], []
    for kind, content in zip(kinds, contents, strict=True):
        if kind == 2 and len(content) < 4096:
            first, count = len(mini) // 64, -(-len(content) // 64)
            mini += content.ljust(count * 64, b"\0")
            mini_table += [*range(first + 1, first + count), 0xFFFFFFFE][: count or 0]
            starts.append(first if count else 0xFFFFFFFE)
        else:
            starts.append(place(content))
    starts[0], contents[0] = place(mini), mini
    directory = b"".join(
        (name.encode("utf-16-le") + b"\0\0").ljust(64, b"\0")
        + struct.pack("<HBB3I", len(name) * 2 + 2, kind, 1, *link)
        + bytes(36)
        + struct.pack("<III", start, len(content), 0)
        for name, kind, link, start, content in zip(names, kinds, links, starts, contents, strict=True)
    )
    directory_at = place(directory)
    mini_at = place(struct.pack(f"<{len(mini_table)}I", *mini_table).ljust(-(-len(mini_table) // 128) * 512, b"\xff"))
    table_sectors = -(-(len(table) + 2) // 127)
    table_at = [len(sectors) + number for number in range(table_sectors)]
    table += [0xFFFFFFFD] * table_sectors
    whole = struct.pack(f"<{len(table)}I", *table).ljust(table_sectors * 512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, table_sectors, directory_at, 0, 4096, mini_at, 1, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", *chain(table_at, [0xFFFFFFFF] * (109 - table_sectors)))
    return head + b"".join(sectors) + whole


def attachment(name: str, content: bytes) -> Tree:
    """Make the storage of one attachment."""
    return {
        "__properties_version1.0": bytes(32),
        "__substg1.0_3707001F": unicode(name),
        "__substg1.0_37010102": content,
    }


def msg(*files: tuple[str, bytes], body: str = "Hello.", inside: Tree | None = None) -> Tree:
    """Make the tree of a message; `inside` is the tree of a message attached to it."""
    tree: dict[str, bytes | Tree] = {"__properties_version1.0": bytes(32), "__substg1.0_1000001F": unicode(body)}
    for number, (name, content) in enumerate(files):
        tree[f"__attach_version1.0_#{number:08X}"] = attachment(name, content)
    if inside is not None:
        nested: Tree = {"__properties_version1.0": bytes(32), "__substg1.0_3701000D": inside}
        tree["__attach_version1.0_#000000FF"] = nested
    return tree
