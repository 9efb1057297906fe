"""The central directory, whole and forged."""

import subprocess
from pathlib import Path

import pytest

from gateway.filetype.zipdir import has_directory_at_end, read_directory, read_local
from tests import builders

PLAIN = builders.zip_of({"a.txt": b"alpha", "b/c.txt": b"gamma" * 100})


def test_entries_are_read() -> None:
    """Names, sizes and places come out as they went in."""
    directory = read_directory(memoryview(PLAIN), 10)

    assert directory is not None
    assert [(one.names, one.size) for one in directory.entries] == [(("a.txt",), 5), (("b/c.txt",), 500)]
    assert (directory.is_whole, directory.oddities) == (True, ())


def test_local_header_is_found_by_its_entry() -> None:
    """The entry leads to a header of the same name."""
    directory = read_directory(memoryview(PLAIN), 10)
    assert directory is not None
    local = read_local(memoryview(PLAIN), directory.entries[1])

    assert local is not None
    assert local.raw_name == b"b/c.txt"


def test_no_more_entries_than_asked_for_are_read() -> None:
    """A directory of a million entries costs nothing more."""
    directory = read_directory(memoryview(PLAIN), 1)

    assert directory is not None
    assert (len(directory.entries), directory.is_whole) == (1, False)


def test_streamed_zip_with_wide_records_is_read(tmp_path: Path) -> None:
    """Writers that cannot know the sizes add ZIP64 records; nothing is odd about that."""
    streamed = subprocess.run(["zip", "-q", "-", "-"], input=b"content" * 9, capture_output=True, check=True).stdout
    directory = read_directory(memoryview(streamed), 10)

    assert directory is not None
    assert ([one.size for one in directory.entries], directory.oddities) == ([63], ())


def test_stored_zip_inside_is_not_a_second_directory() -> None:
    """The inner end record stands near the end too, but it is data."""
    outer = builders.zip_of({"inner.zip": PLAIN}, compression=0)
    directory = read_directory(memoryview(outer), 10)

    assert directory is not None
    assert directory.oddities == ()


@pytest.mark.parametrize(
    ("content", "oddity"),
    [
        (PLAIN + builders.zip_of({"evil.exe": b"MZ"}), f"{len(PLAIN)} bytes before the archive"),
        (PLAIN + b"and more", "8 bytes behind the archive"),
        (PLAIN[:-2] + len(PLAIN).to_bytes(2, "little") + PLAIN, "more than one directory"),
        (PLAIN[:-12] + b"\x03\0" + PLAIN[-10:], "2 entries where 3 are announced"),
    ],
)
def test_odd_directory_is_told(content: bytes, oddity: str) -> None:
    """Unpackers choose differently where there is more than one reading."""
    directory = read_directory(memoryview(content), 10)

    assert directory is not None
    assert oddity in directory.oddities


def test_mark_alone_is_no_directory() -> None:
    """Four bytes at the end of a photo are chance."""
    assert not has_directory_at_end(memoryview(b"text PK\x05\x06" + bytes(18)[:10] + b"\x09\0\0\0\x09\0\0\0"))
    assert has_directory_at_end(memoryview(PLAIN))
