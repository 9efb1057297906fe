"""WebP, AVI and WAVE by their chunks."""

import struct

import pytest

from gateway.filetype.riffs import riff


def chunk(name: bytes, content: bytes) -> bytes:
    """Write a chunk, padded."""
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


LOSSY = chunk(b"VP8 ", b"\x30\x01\0\x9d\x01\x2a\x10\0\x10\0")
LOSSLESS = chunk(b"VP8L", b"\x2f" + bytes(9))


@pytest.mark.parametrize(
    "body",
    [
        b"WEBP" + LOSSY,
        b"WEBP" + LOSSLESS,
        b"WEBP" + chunk(b"VP8X", bytes(10)) + chunk(b"EXIF", b"abc") + LOSSY,
        b"AVI " + chunk(b"LIST", b"hdrl") + chunk(b"LIST", b"movi" + bytes(20)),
        b"WAVE" + chunk(b"fmt ", bytes(16)) + chunk(b"data", bytes(9)),
    ],
)
def test_chunks_of_a_form_make_a_file(body: bytes) -> None:
    """The end is where the size says, and a second RIFF of a long film belongs to it."""
    content = chunk(b"RIFF", body)
    long = content + chunk(b"RIFF", b"AVIX" + chunk(b"LIST", b"movi"))

    assert [len(content), len(long)] == [getattr(riff(memoryview(one)), "end", -1) for one in (content, long)]


@pytest.mark.parametrize(
    "body",
    [
        b"WEBP",
        b"WEBP" + chunk(b"VP8 ", b"<script>alert(1)</script>"),
        b"WEBP" + chunk(b"VP8L", b"MZ" + bytes(40)),
        b"AVI " + chunk(b"LIST", b"movi"),
        b"WAVE" + chunk(b"data", bytes(9)),
    ],
)
def test_form_without_its_chunks_is_none(body: bytes) -> None:
    """A name and a size make no picture, film or sound."""
    assert riff(memoryview(chunk(b"RIFF", body))) is None


def test_recording_without_a_size_has_no_end() -> None:
    """A recorder that lost power never wrote it."""
    body = b"AVI " + chunk(b"LIST", b"hdrl") + chunk(b"LIST", b"movi" + bytes(20))
    found = riff(memoryview(b"RIFF\0\0\0\0" + body))

    assert found is not None
    assert found.end is None
