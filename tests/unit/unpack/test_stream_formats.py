"""Compressed files of every kind, made by the programs that people use."""

import lzma
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from gateway.unpack.opener import Opener, Unreadable
from gateway.unpack.streams import (
    open_bzip2,
    open_compress,
    open_gzip,
    open_lz4,
    open_lzip,
    open_lzma,
    open_xz,
    open_zstd,
)
from tests.unit.unpack.packed import run
from tests.unit.unpack.walked import opened, walked

CONTENT = b"some text, and some more\n" * 5000
FORMATS: dict[str, tuple[str, Opener, str]] = {
    "gzip": ("gzip -c a.txt", open_gzip, ".gz"),
    "bzip2": ("bzip2 -c a.txt", open_bzip2, ".bz2"),
    "xz": ("xz -c a.txt", open_xz, ".xz"),
    "xz -9e": ("xz -9e -c a.txt", open_xz, ".xz"),
    "lzma": ("xz --format=lzma -c a.txt", open_lzma, ".lzma"),
    "zstd": ("zstd -q -c a.txt", open_zstd, ".zst"),
    "zstd -19": ("zstd -q -19 --long=27 -c a.txt", open_zstd, ".zst"),
    "lz4": ("lz4 -q -c a.txt", open_lz4, ".lz4"),
    "lzip": ("lzip -c a.txt", open_lzip, ".lz"),
    "compress": ("compress -c a.txt", open_compress, ".Z"),
}
CHECKED = {name: one for name, one in FORMATS.items() if name not in {"lzma", "compress"}}
"""Formats with an end mark and a checksum."""


def packed(folder: Path, command: str) -> bytes:
    """Compress the text."""
    return run(folder, f"{command} > out", members={"a.txt": CONTENT})


@pytest.mark.parametrize(("command", "opener", "ending"), FORMATS.values(), ids=FORMATS)
def test_one_member_named_without_the_ending(command: str, opener: Opener, ending: str, tmp_path: Path) -> None:
    """What comes out is what went in."""
    names = ("a.txt", "b.txt") if opener is open_gzip else ("b.txt",)

    assert opened(opener, packed(tmp_path, command), "b.txt" + ending) == {names: CONTENT}


@pytest.mark.parametrize(("command", "opener", "ending"), CHECKED.values(), ids=CHECKED)
def test_type_is_seen_and_the_file_is_a_container(command: str, opener: Opener, ending: str, tmp_path: Path) -> None:
    """Its one member is judged in its place."""
    found = walked(packed(tmp_path, command), "a.txt" + ending)

    assert found.findings == []
    assert found.artifacts[0].is_container
    assert found.places[1:] == ["2/a.txt"]


@pytest.mark.parametrize(("command", "opener", "ending"), CHECKED.values(), ids=CHECKED)
def test_several_streams_are_one_file(command: str, opener: Opener, ending: str, tmp_path: Path) -> None:
    """As the parallel compressors write them."""
    content = packed(tmp_path, command)

    (unpacked,) = opened(opener, content + content, "a" + ending).values()

    assert unpacked == CONTENT * 2


@pytest.mark.parametrize(("command", "opener", "ending"), CHECKED.values(), ids=CHECKED)
@pytest.mark.parametrize("tail", [b"PK\3\4 and more", b"MZ" + bytes(40) + b"program"])
def test_data_behind_is_not_passed_over(command: str, opener: Opener, ending: str, tail: bytes, tmp_path: Path) -> None:
    """Unpackers say "trailing garbage ignored"; others would find it."""
    found = walked(packed(tmp_path, command) + tail)

    assert "container_unreadable" in found.kinds
    assert not found.artifacts[0].is_container


@pytest.mark.parametrize(("command", "opener", "ending"), CHECKED.values(), ids=CHECKED)
def test_cut_off_stream_is_unreadable(command: str, opener: Opener, ending: str, tmp_path: Path) -> None:
    """The end mark is missing, or the checksum."""
    found = walked(packed(tmp_path, command)[:-3])

    assert "container_unreadable" in found.kinds
    assert not found.artifacts[0].is_container


def test_dictionary_beyond_what_a_child_may_hold_is_unreadable(tmp_path: Path) -> None:
    """1.5 GiB is announced in a header of few bytes."""
    content = packed(tmp_path, "xz --format=raw --lzma1=dict=4KiB -c a.txt")
    huge = b"\x5d" + (1536 * 1024 * 1024).to_bytes(4, "little") + b"\xff" * 8 + content

    with pytest.raises(lzma.LZMAError, match="Memory usage limit"):
        opened(open_lzma, huge, "a.lzma")


def test_longer_memory_of_zstd_is_unreadable(tmp_path: Path) -> None:
    """A window of 2 GiB is announced; honest ones end at 128 MiB."""
    content = bytearray(packed(tmp_path, "zstd -q -c < a.txt"))
    content[5] = (31 - 10) << 3

    with pytest.raises(Unreadable):
        opened(open_zstd, bytes(content), "a.zst")


@pytest.mark.parametrize(("ending", "mode"), [(".tbz2", "w:bz2"), (".txz", "w:xz"), (".tar.xz", "w:xz")])
def test_tar_inside_is_walked(ending: str, mode: str) -> None:
    """Two layers, two places."""
    out = BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        archive.addfile(tarfile.TarInfo("x.txt"))

    assert walked(out.getvalue(), "b" + ending).places == ["2", "2/b.tar", "2/b.tar/x.txt"]
