"""Walks through real files: what programs write is recognised to its end, a signature with filler never is."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.filetype.names import UNKNOWN
from gateway.filetype.structure import Structure
from gateway.filetype.walks import WALK_OF
from tests import builders
from tests.unit.filetype.made import FILM, SOUND, STILL, encoded_by, found

_SMALL = ("-s", "176x144", "-an")
WRITTEN: list[tuple[str, str, str, tuple[str, ...]]] = [
    ("image/jpeg", "jpg", "convert", (STILL,)),
    ("image/jpeg", "jpg", "convert", (STILL, "-interlace", "JPEG")),
    ("image/jpeg", "jpg", "convert", (STILL, "-colorspace", "CMYK")),
    ("image/jpeg", "jpg", "convert", (STILL, "-comment", "A <b>good</b> one")),
    ("image/png", "png", "convert", (STILL, "-interlace", "PNG")),
    ("image/png", "png", "convert", (STILL, "-colors", "4")),
    ("image/png", "png", "ffmpeg", (*FILM, "-f", "apng")),
    ("image/gif", "gif", "ffmpeg", FILM),
    ("image/webp", "webp", "convert", (STILL,)),
    ("image/webp", "webp", "convert", (STILL, "-define", "webp:lossless=true")),
    ("image/webp", "webp", "ffmpeg", (*FILM, "-loop", "0")),
    ("image/heic", "heic", "convert", (STILL,)),
    ("image/avif", "avif", "convert", (STILL,)),
    ("image/tiff", "tif", "convert", (STILL, STILL)),
    ("image/bmp", "bmp", "convert", (STILL,)),
    ("image/bmp", "bmp", "convert", (STILL, "-colors", "16", "-compress", "RLE")),
    ("image/x-icon", "ico", "convert", (STILL, "-define", "icon:auto-resize=64,16")),
    ("image/jp2", "jp2", "convert", (STILL,)),
    ("video/mp4", "mp4", "ffmpeg", (*FILM, *SOUND, "-pix_fmt", "yuv420p")),
    ("video/mp4", "mp4", "ffmpeg", (*FILM, "-movflags", "frag_keyframe+empty_moov")),
    ("video/quicktime", "mov", "ffmpeg", FILM),
    ("video/x-m4v", "m4v", "ffmpeg", FILM),
    ("video/3gpp", "3gp", "ffmpeg", (*FILM, *_SMALL, "-c:v", "h263")),
    ("video/3gpp2", "3g2", "ffmpeg", (*FILM, *_SMALL, "-c:v", "mpeg4")),
    ("video/webm", "webm", "ffmpeg", (*FILM, "-c:v", "libvpx")),
    ("video/webm", "webm", "ffmpeg", (*FILM, "-c:v", "libvpx", "-live", "1")),
    ("video/x-matroska", "mkv", "ffmpeg", (*FILM, *SOUND)),
    ("video/x-msvideo", "avi", "ffmpeg", (*FILM, *SOUND)),
    ("video/mpeg", "mpg", "ffmpeg", (*FILM, *SOUND)),
    ("video/mp2t", "ts", "ffmpeg", FILM),
    ("video/mp2t", "m2ts", "ffmpeg", FILM),
    ("video/x-ms-asf", "wmv", "ffmpeg", (*FILM, "-c:v", "wmv2")),
    ("video/x-flv", "flv", "ffmpeg", FILM),
    ("audio/wav", "wav", "ffmpeg", SOUND),
]


@pytest.mark.parametrize(
    ("media_type", "ending", "tool", "arguments"), WRITTEN, ids=[f"{one[1]}-{n}" for n, one in enumerate(WRITTEN)]
)
def test_file_of_a_real_program_is_walked_to_its_end(
    media_type: str, ending: str, tool: str, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    """The end is the length, nothing is noticed, and a film that breaks off is still one."""
    content = encoded_by(tool, *arguments, ending=ending, folder=tmp_path)
    walk = WALK_OF[media_type]

    actual = walk(memoryview(content))

    assert actual is not None
    assert len(content) == actual.end
    assert media_type == found(content).media_type or media_type.endswith(("jp2", "mpeg", "asf", "flv"))
    assert () == found(content).notes


SIGNATURES = [
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x06\0\0\0",
    b"GIF89a\x10\0\x10\0\x80\0\0",
    b"II*\0\x08\0\0\0",
    b"RIFF\x40\0\0\0WEBPVP8 ",
    b"RIFF\x40\0\0\0AVI LIST",
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    b"\0\0\0\x18ftypisom\0\0\0\0isommp42",
    b"\0\0\0\x18ftypqt  \0\0\0\0qt  qt  ",
    b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm\x42\x87\x81\x04",
    b"BM\x40\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x10\0\0\0\x10\0\0\0\x01\0\x18\0",
]


@pytest.mark.parametrize("signature", SIGNATURES, ids=ascii)
@pytest.mark.parametrize("filler", [builders.program(), b"alert(1);\n" * 50, bytes(500)], ids=["PE", "text", "zeros"])
def test_signature_with_filler_is_nothing(signature: bytes, filler: bytes) -> None:
    """The first bytes of a picture or film do not make one."""
    actual = found(signature + filler + b"\0\x01\x02")

    assert UNKNOWN == actual.media_type


def test_tail_of_a_whole_file_is_not_part_of_it() -> None:
    """What is appended lies behind the end."""
    for media_type, content in (
        ("image/jpeg", builders.photo()),
        ("image/png", builders.picture()),
        ("image/gif", builders.animation()),
        ("video/mp4", builders.clip()),
    ):
        actual = WALK_OF[media_type](memoryview(content + b"more of something"))

        assert actual is not None
        assert len(content) == actual.end


@pytest.mark.parametrize("content", [builders.photo(), builders.picture(), builders.animation()])
def test_cut_off_picture_is_still_one(content: bytes) -> None:
    """It has its vital parts, and no end."""
    walk = WALK_OF[found(content).media_type]

    actual = walk(memoryview(content[:-20]))

    assert isinstance(actual, Structure)
    assert actual.end is None


REAL = [builders.photo(), builders.picture(), builders.animation(), builders.clip()]


@given(
    st.sampled_from([*REAL, *SIGNATURES]),
    st.sampled_from(sorted(WALK_OF)),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=8),
    st.integers(0, 6000),
)
def test_no_walk_raises(content: bytes, media_type: str, changes: list[tuple[int, int]], cut: int) -> None:
    """Whatever the bytes are, a walk answers, and the end lies within the file."""
    damaged = bytearray(content[: max(cut, 32)].ljust(32, b"\0"))
    for at, value in changes:
        damaged[at % len(damaged)] = value

    actual = WALK_OF[media_type](memoryview(bytes(damaged)))

    assert actual is None or actual.end is None or 0 < actual.end <= len(damaged)
