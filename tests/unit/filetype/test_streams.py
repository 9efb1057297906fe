"""Films as streams of packets."""

import struct

from gateway.filetype.streams import asf, flv, mpeg, ogg, transport

PACK = b"\0\0\1\xba\x44\0\4\0\4\1\0\0\3\xf8"
PACKET = b"\0\0\1\xe0\0\4abcd"
OBJECTS = [bytes.fromhex(name + "66cf11a6d900aa0062ce6c") for name in ("3026b2758e", "3626b2758e")]


def end(found: object) -> int | None:
    """Return the end of a film; -1 where there is none."""
    return getattr(found, "end", -1)


def test_program_stream_ends_behind_its_packets() -> None:
    """Zeros between packs are padding; two packets are the least."""
    content = PACK + PACKET + bytes(500) + PACK + PACKET + b"\0\0\1\xb9"

    assert len(content) == end(mpeg(memoryview(content + b"MZ")))
    assert -1 == end(mpeg(memoryview(PACK + b"filler")))


def test_bare_video_stream_needs_a_picture() -> None:
    """It has no sizes, and so no end."""
    start = b"\0\0\1\xb3\x14\0\xf0\x13" + bytes(30)

    assert end(mpeg(memoryview(start + b"\0\0\1\0abc"))) is None
    assert -1 == end(mpeg(memoryview(start + b"alert(1)")))


def test_transport_stream_ends_where_its_rhythm_does() -> None:
    """Every packet begins with the same byte."""
    content = (b"G" + bytes(187)) * 6

    assert len(content) == end(transport(memoryview(content + b"<html>" * 99)))
    assert -1 == end(transport(memoryview(b"G" + bytes(999))))


def test_asf_needs_header_and_data() -> None:
    """Each object says its size."""
    header, data = (name + struct.pack("<Q", 30) + bytes(6) for name in OBJECTS)

    assert 60 == end(asf(memoryview(header + data + b"and some more, longer than an object's head")))
    assert -1 == end(asf(memoryview(header + b"filler" * 9)))


def test_flash_video_ends_behind_its_tags() -> None:
    """Each tag is followed by its size."""
    tag = b"\x09" + (3).to_bytes(3, "big") + bytes(7) + b"abc" + struct.pack(">I", 14)
    content = b"FLV\1\1\0\0\0\x09" + bytes(4) + tag * 3

    assert len(content) == end(flv(memoryview(content + b"PK more of it")))
    assert -1 == end(flv(memoryview(content[:13] + b"filler" * 9)))


def test_ogg_ends_behind_its_pages() -> None:
    """Each page has a table of sizes."""
    page = b"OggS\0" + bytes(21) + b"\2\3\2abcde"

    assert 2 * len(page) == end(ogg(memoryview(page * 2 + b"MZ")))
    assert -1 == end(ogg(memoryview(page + b"filler")))
