"""Real files, disguised files, and files that are two things at once."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.libmagic import Libmagic
from gateway.filetype.identified import SNIFF_HEAD, Identified
from gateway.filetype.identify import identify
from gateway.filetype.names import EMPTY, UNKNOWN
from tests import builders
from tests.unit.filetype import made
from tests.unit.filetype.made import found, kinds

PICTURE = ("-f", "lavfi", "-i", "testsrc=duration=0.5:size=176x144:rate=25")
SOUND = ("-f", "lavfi", "-i", "sine=duration=0.5:sample_rate=44100")
VIDEOS = {
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "m4v": "video/x-m4v",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
    "avi": "video/x-msvideo",
    "mpg": "video/mpeg",
    "ts": "video/mp2t",
    "3gp": "video/3gpp",
    "wmv": "video/x-ms-asf",
    "flv": "video/x-flv",
}
SOUNDS = {"mp3": "audio/mpeg", "wav": "audio/wav", "m4a": "audio/mp4", "flac": "audio/flac", "aac": "audio/aac"}
PICTURES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
    "ico": "image/x-icon",
    "heic": "image/heic",
    "avif": "image/avif",
    "jp2": "image/jp2",
    "psd": "image/vnd.adobe.photoshop",
}


@pytest.mark.parametrize(("ending", "media_type"), VIDEOS.items())
def test_videos_of_a_real_encoder_are_recognised_and_clean(ending: str, media_type: str, tmp_path: Path) -> None:
    """What cameras and programs make is one known type and nothing else."""
    content = made.encoded_by("ffmpeg", *PICTURE, ending=ending, folder=tmp_path)

    assert identify(memoryview(content), Libmagic()) == Identified(media_type)


@pytest.mark.parametrize(("ending", "media_type"), SOUNDS.items())
def test_sounds_of_a_real_encoder_are_recognised_and_clean(ending: str, media_type: str, tmp_path: Path) -> None:
    """Sounds likewise."""
    content = made.encoded_by("ffmpeg", *SOUND, ending=ending, folder=tmp_path)

    assert identify(memoryview(content), Libmagic()) == Identified(media_type)


@pytest.mark.parametrize(("ending", "media_type"), PICTURES.items())
def test_pictures_of_a_real_encoder_are_recognised_and_clean(ending: str, media_type: str, tmp_path: Path) -> None:
    """Pictures likewise."""
    content = made.encoded_by("convert", "-size", "32x32", "gradient:red-blue", ending=ending, folder=tmp_path)

    assert identify(memoryview(content), Libmagic()) == Identified(media_type)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (builders.program(), "application/x-dosexec"),
        (b"\x7fELF\x02\x01\x01" + bytes(60), "application/x-executable"),
        (b"\xcf\xfa\xed\xfe" + bytes(60), "application/x-mach-binary"),
        (b"\xca\xfe\xba\xbe\0\0\0\x02" + bytes(60), "application/x-mach-binary"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(60), "application/x-java-applet"),
        (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46" + bytes(60), "application/x-ms-shortcut"),
        (builders.zip_of({"a.txt": b"a"}), "application/zip"),
        (gzip.compress(b"text", mtime=0), "application/gzip"),
        (made.tar_of("a.txt"), "application/x-tar"),
        (made.iso(), "application/x-iso9660-image"),
        (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(30), "application/x-7z-compressed"),
        (b"Rar!\x1a\x07\x01\0" + bytes(30), "application/vnd.rar"),
        (builders.document(), "application/pdf"),
        (b"", EMPTY),
        (b"plain words\r\n", "text/plain"),
        (b"\x01\x02\x03\x04unheard of\0", UNKNOWN),
    ],
)
def test_own_checks_need_no_libmagic(content: bytes, media_type: str) -> None:
    """What matters for the locked rules is known even if libmagic knows nothing."""
    assert found(content) == Identified(media_type)


def test_libmagic_is_asked_with_a_bounded_head() -> None:
    """A large unknown file is not handed over whole."""
    asked: list[int] = []

    def sniff(head: bytes) -> str:
        asked.append(len(head))
        return "audio/X-Midi"

    content = b"\x01\x02\0\x03" * 100_000

    assert identify(memoryview(content), sniff) == Identified("audio/x-midi")
    assert asked == [SNIFF_HEAD]


def test_libmagic_cannot_make_binary_content_text() -> None:
    """An answer of text/plain for content with NUL bytes is no recognition."""
    assert identify(memoryview(b"a\0b\x01"), lambda _: "text/plain") == Identified(UNKNOWN)


@pytest.mark.parametrize(
    ("content", "media_type", "expected"),
    [
        (builders.animation() + builders.zip_of({"a.class": b"a"}), "image/gif", {"polyglot", "trailing_data"}),
        (builders.document() + builders.zip_of({"a.class": b"a"}), "application/pdf", {"polyglot"}),
        (builders.photo() + builders.program(), "image/jpeg", {"trailing_data"}),
        (builders.clip() + builders.zip_of({"a.js": b"a"}), "video/mp4", {"polyglot", "trailing_data"}),
        (b"MZ\0\0" + builders.document(), "application/x-dosexec", set()),
        (builders.picture().ljust(32_768, b"\0") + made.iso()[32_768:], "image/png", {"polyglot", "trailing_data"}),
        (b"\x89PNG\r\n\x1a\n" + made.iso()[8:], "application/x-iso9660-image", set()),
    ],
)
def test_two_files_in_one_are_not_one(content: bytes, media_type: str, expected: set[str]) -> None:
    """The first type is found, and what makes the file a second one is noticed."""
    assert found(content).media_type == media_type
    assert kinds(content) == expected


def test_tar_file_that_begins_like_a_picture_is_a_tar_file() -> None:
    """A tar file may begin with any name, even with the first bytes of a GIF."""
    content = made.tar_of("GIF89a")

    assert found(content) == Identified("application/x-tar")


SAMPLES = (builders.photo(), builders.picture(), builders.animation(), builders.clip(), builders.document())


@given(
    st.sampled_from((*SAMPLES, made.office(), made.ole("WordDocument"), made.tar_of("a"), b"MZ" + bytes(99))),
    st.integers(0, 2_000),
    st.binary(max_size=12),
    st.integers(0, 40),
)
def test_damage_never_raises(content: bytes, at: int, put: bytes, cut: int) -> None:
    """Whatever is cut out of a file or put into it, there is an answer."""
    at %= len(content)
    answer = found(content[:at] + put + content[at + cut :])

    assert "/" in answer.media_type
