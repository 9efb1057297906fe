"""Disk images of ISO 9660."""

from pathlib import Path

import pytest

from tests.unit.unpack.packed import MEMBERS, run
from tests.unit.unpack.walked import walked

LONG = "Ein längerer Name als acht Zeichen.pdf"
FILES = {**MEMBERS, LONG: MEMBERS["document.pdf"]}


def image(folder: Path, options: str) -> bytes:
    """Make an image of the files."""
    run(folder / "src", "touch out", "rm out; mkdir -p ../x; touch ../x/none; cp ../x/none out", members=FILES)
    (folder / "src" / "out").unlink()
    return run(folder, f"genisoimage -quiet {options} -o out src", members={})


@pytest.mark.parametrize("options", ["-J", "-R", "-J -R", "-J -no-pad"])
def test_honest_image_is_listed_to_its_end(options: str, tmp_path: Path) -> None:
    """The long names that systems show are among those of the members; no doubt."""
    found = walked(image(tmp_path, options))

    assert found.findings == []
    assert found.artifacts[0].is_container
    assert f"2/{LONG}" in found.places
    assert {one.detected for one in found.artifacts[1:]} == {"image/png", "image/jpeg", "application/pdf"}


def test_short_names_count_where_there_are_no_others(tmp_path: Path) -> None:
    """As MS-DOS showed them."""
    assert "2/PICTURE.PNG" in walked(image(tmp_path, "-iso-level 1")).places


def test_files_of_one_tree_only_are_found(tmp_path: Path) -> None:
    """What Joliet hides, and what it alone shows."""
    found = walked(image(tmp_path, "-J -hide-joliet photo.jpg -hide picture.png"))

    assert {one.detected for one in found.artifacts[1:]} == {"image/png", "image/jpeg", "application/pdf"}


@pytest.mark.parametrize(
    ("options", "start", "tail"),
    [
        ("-udf -J", b"", b""),
        ("-J", b"#!/bin/sh\n", b""),
        ("-J", b"", b"PK\3\4 something behind"),
        ("-J -b photo.jpg -no-emul-boot", b"", b""),
    ],
    ids=["a UDF tree beside", "data before", "data behind", "code to boot from"],
)
def test_image_that_others_read_otherwise_is_no_container(
    options: str, start: bytes, tail: bytes, tmp_path: Path
) -> None:
    """Nothing may stand there that the listing does not show."""
    content = image(tmp_path, options)
    found = walked(start + content[len(start) :] + tail)

    assert {"container_inconsistent", "container_unreadable"} & set(found.kinds)
    assert not found.artifacts[0].is_container


def test_truncated_image_is_unreadable(tmp_path: Path) -> None:
    """Files that the directory names must be there."""
    content = image(tmp_path, "-J -no-pad")

    assert "container_unreadable" in walked(content[:-4096]).kinds
