"""Data that does not belong to the file, and data that honestly does."""

import random
import struct
import zlib
from collections.abc import Callable

import pytest

from gateway.filetype.foreign import foreign_data, second_types
from gateway.filetype.marks import mark_behind
from gateway.filetype.structure import Structure
from gateway.filetype.walks import WALK_OF
from gateway.model.finding import FindingKind
from tests import builders

PHOTO, PICTURE, ANIMATION, CLIP = builders.photo(), builders.picture(), builders.animation(), builders.clip()
SAMSUNG = b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + CLIP + b"SEFH\x6b\0\0\0\x01\0\0\0SEFT"


def noticed(content: bytes, media_type: str) -> list[FindingKind]:
    """Return the kinds of what is noticed."""
    view = memoryview(content)
    structure = WALK_OF[media_type](view) or Structure(None)
    return [note.kind for note in foreign_data(view, media_type, structure)]


@pytest.mark.parametrize(
    "behind",
    [b"", bytes(4_096), b"\r\n", PHOTO, CLIP, SAMSUNG, b"\xff" * 100],
    ids=["nothing", "zeros", "line end", "second picture (MPO)", "motion photo", "maker's trailer", "fill bytes"],
)
def test_photo_of_an_honest_phone_stays_clean(behind: bytes) -> None:
    """Phones and cameras put all kinds of data of their own behind a photo."""
    assert noticed(PHOTO + behind, "image/jpeg") == []


@pytest.mark.parametrize(
    "behind",
    [
        builders.program(),
        builders.zip_of({"a.js": b"alert(1)"}),
        b"Rar!\x1a\x07\x01\0" + bytes(40),
        b"some bytes and then 7z\xbc\xaf\x27\x1c\0\4" + bytes(40),
        b"\r\n<html><body>",
        b"....<script>alert(1)</script>",
        b"#!/bin/sh\nrm -rf /\n",
        b"\x1f\x8b\x08\0" + bytes(40),
    ],
)
@pytest.mark.parametrize(
    ("content", "media_type"), [(PHOTO, "image/jpeg"), (CLIP, "video/mp4"), (PICTURE, "image/png")]
)
def test_foreign_file_behind_is_noticed(content: bytes, media_type: str, behind: bytes) -> None:
    """Archives, programs, pages and scripts have no business behind a picture."""
    assert FindingKind.TRAILING_DATA in noticed(content + behind, media_type)


@pytest.mark.parametrize(("content", "media_type"), [(PICTURE, "image/png"), (ANIMATION, "image/gif")])
def test_nothing_follows_a_closed_format(content: bytes, media_type: str) -> None:
    """Unknown data behind PNG and GIF is foreign, stray blanks are not."""
    assert noticed(content + bytes(range(1, 200)), media_type) == [FindingKind.TRAILING_DATA]
    assert noticed(content + b"\r\n\0\0", media_type) == []


def test_page_inside_a_picture_is_noticed() -> None:
    """A script in the comment of a photo runs where someone opens it as a page."""
    comment = b"<script>alert(1)</script>"
    segment = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment

    assert noticed(PHOTO[:2] + segment + PHOTO[2:], "image/jpeg") == [FindingKind.POLYGLOT]


def test_pdf_mark_in_the_head_of_a_picture_is_noticed() -> None:
    """A PDF reader looks for its mark in the first 1,024 bytes."""
    segment = b"\xff\xfe\0\x0a%PDF-1.4"

    assert noticed(PHOTO[:2] + segment + PHOTO[2:], "image/jpeg") == [FindingKind.POLYGLOT]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(b"II*\0" + bytes(99), "image/tiff"), (PHOTO[:900], "image/jpeg"), (b"\0\0\1\xba" + bytes(99), "video/mpeg")],
)
@pytest.mark.parametrize("behind", [builders.program(), b"Rar!\x1a\x07\0" + bytes(99)])
def test_foreign_file_in_a_file_without_end_is_noticed(content: bytes, media_type: str, behind: bytes) -> None:
    """Where no end is known, or a file breaks off before it, a mark counts wherever it stands."""
    assert noticed(content + behind, media_type) == [FindingKind.POLYGLOT]


def test_zip_at_the_end_of_anything_is_noticed() -> None:
    """An unpacker finds a ZIP by its end."""
    content = memoryview(b"II*\0" + bytes(99) + builders.zip_of({"a": b"a"}))

    assert [note.detail for note in second_types(content, "image/tiff")] == ["application/zip"]


def box(name: bytes, content: bytes) -> bytes:
    """Write a box of an ISO base media file."""
    return struct.pack(">I", 8 + len(content)) + name + content


def segment(marker: int, content: bytes) -> bytes:
    """Write a segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def chunk(name: bytes, content: bytes) -> bytes:
    """Write a chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


FOREIGN = {
    "zip": builders.zip_of({"a.js": b"alert(1)"}),
    "program": builders.program(),
    "rar": b"Rar!\x1a\x07\x01\0" + bytes(40),
    "7z": b"7z\xbc\xaf\x27\x1c\0\4" + bytes(40),
    "page": b"<html><body><script>alert(1)</script></body></html>",
    "php": b"<?php system($_GET['command']); ?>",
    "pdf": builders.document(),
    "shell": b"#!/bin/sh\nrm -rf /\n",
}


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize(
    ("media_type", "place"),
    [
        ("image/jpeg", lambda data: PHOTO[:2] + segment(0xFE, data) + PHOTO[2:]),
        ("image/jpeg", lambda data: PHOTO[:2] + segment(0xE9, data) + PHOTO[2:]),
        ("image/png", lambda data: PICTURE[:33] + chunk(b"tEXt", b"Comment\0" + data) + PICTURE[33:]),
        ("image/png", lambda data: PICTURE[:33] + chunk(b"xxXx", data) + PICTURE[33:]),
        ("video/mp4", lambda data: CLIP + box(b"free", data)),
        ("video/mp4", lambda data: CLIP[:32] + box(b"uuid", bytes(16) + data) + CLIP[32:]),
    ],
    ids=["JPEG comment", "JPEG segment", "PNG text", "PNG chunk", "free box", "uuid box"],
)
def test_foreign_file_inside_is_noticed(media_type: str, place: Callable[[bytes], bytes], foreign: bytes) -> None:
    """Comments, private blocks and padding hold no other files."""
    actual = noticed(place(foreign), media_type)

    assert FindingKind.POLYGLOT in actual


AS_SCRIPTS = [
    (b"GIF89a/*\0" + ANIMATION[9:] + b"*/=1;alert(1)", "image/gif"),
    (b"GIF89a=1" + ANIMATION[8:], "image/gif"),
    (PHOTO[:3] + b"\xe0/*" + PHOTO[4:18].ljust(0x2F2A - 2, b"\0") + PHOTO[20:], "image/jpeg"),
]


@pytest.mark.parametrize(("content", "media_type"), AS_SCRIPTS)
def test_picture_that_is_a_script_is_noticed(content: bytes, media_type: str) -> None:
    """A size that reads as the start of a comment makes the rest of the picture one."""
    view = memoryview(content)

    actual = [note.kind for note in foreign_data(view, media_type, Structure(None))]

    assert FindingKind.POLYGLOT in actual


def test_photo_whose_exif_block_has_the_size_of_a_sign_is_none() -> None:
    """Sizes are chance; only what follows makes a script."""
    photos = [PHOTO[:2] + segment(0xE1, b"Exif\0\0".ljust(size - 2, b"\1")) + PHOTO[2:] for size in (0x2F2A, 0x3D41)]

    actual = [noticed(photo, "image/jpeg") for photo in photos]

    assert [[], []] == actual


def test_comment_that_ends_in_a_photo_is_noticed() -> None:
    """An Exif block that begins a comment, and a comment segment that ends it and calls something."""
    start = segment(0xE1, b"Exif\0\0".ljust(0x2F2A - 2, b"\1"))

    actual = noticed(PHOTO[:2] + start + segment(0xFE, b'*/=alert("x")/*') + PHOTO[2:], "image/jpeg")

    assert [FindingKind.POLYGLOT] == actual


def test_marks_are_too_long_for_chance() -> None:
    """Random bytes, which is what compressed pictures look like, hold none of the marks."""
    content = random.Random(20250303).randbytes(8_000_000)

    actual = mark_behind(content, 0)

    assert actual is None
