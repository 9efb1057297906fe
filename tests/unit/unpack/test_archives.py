"""Archives that libarchive lists, made by the programs that people use."""

from pathlib import Path

import pytest

from gateway.model.limits import Limits
from tests import builders
from tests.unit.unpack.packed import MEMBERS, run
from tests.unit.unpack.walked import walked

CLAMAV = Path("/usr/share/clamav-testfiles")
COMMANDS = {
    "7z": ("7z a -bd out.7z *", "mv out.7z out"),
    "7z stored": ("7z a -bd -mx0 out.7z *", "mv out.7z out"),
    "7z ppmd": ("7z a -bd -m0=PPMd out.7z *", "mv out.7z out"),
    "7z bzip2, no solid": ("7z a -bd -m0=BZip2 -ms=off out.7z *", "mv out.7z out"),
    "cab": ("gcab -c -z out *.*",),
    "cab stored": ("gcab -c out *.*",),
    "lha": ("jlha c out *.*",),
    "ar": ("ar rcS out *.*",),
    "cpio": ("ls | grep -v out | cpio -o > out",),
    "cpio newc": ("ls | grep -v out | cpio -o -H newc > out",),
}
ENCRYPTED = {
    "7z": ("7z a -bd -psecret out.7z *", "mv out.7z out"),
    "7z directory too": ("7z a -bd -psecret -mhe=on out.7z *", "mv out.7z out"),
}


@pytest.mark.parametrize("commands", COMMANDS.values(), ids=COMMANDS)
def test_honest_archive_is_listed_to_its_end(commands: tuple[str, ...], tmp_path: Path) -> None:
    """Each member with its name, its bytes and its own type, and no doubt about the archive."""
    found = walked(run(tmp_path, *commands))

    assert found.findings == []
    assert found.artifacts[0].is_container
    assert {one.where: found.content(one.where) for one in found.artifacts[1:]} == {
        f"2/{name}": content for name, content in MEMBERS.items()
    }


@pytest.mark.parametrize("commands", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("tail", [b"PK\3\4" + bytes(40) + b"more", b"7z\xbc\xaf\x27\x1c and so on"])
def test_data_behind_the_end_is_no_part_of_the_archive(commands: tuple[str, ...], tail: bytes, tmp_path: Path) -> None:
    """What follows is another reader's file."""
    found = walked(run(tmp_path, *commands) + tail)

    assert {"container_inconsistent", "container_unreadable"} & set(found.kinds)
    assert not found.artifacts[0].is_container


@pytest.mark.parametrize("commands", COMMANDS.values(), ids=COMMANDS)
def test_truncated_archive_is_unreadable(commands: tuple[str, ...], tmp_path: Path) -> None:
    """Half an archive is not listed to its end."""
    content = run(tmp_path, *commands)
    found = walked(content[: len(content) // 2])

    assert "container_unreadable" in found.kinds
    assert not found.artifacts[0].is_container


@pytest.mark.parametrize("commands", ENCRYPTED.values(), ids=ENCRYPTED)
def test_encrypted_archive_says_so(commands: tuple[str, ...], tmp_path: Path) -> None:
    """Whether its names are shown or not."""
    found = walked(run(tmp_path, *commands))

    assert "container_encrypted" in found.kinds
    assert not any(one.size for one in found.artifacts[1:])


@pytest.mark.parametrize("commands", COMMANDS.values(), ids=COMMANDS)
def test_stored_zip_at_the_end_is_a_member(commands: tuple[str, ...], tmp_path: Path) -> None:
    """Its directory stands at the end of the whole file, and belongs to the member alone."""
    members = {"a.txt": b"text", "z.zip": builders.zip_of({"b.txt": b"more text"})}
    found = walked(run(tmp_path, *commands, members=members))

    assert found.findings == []
    assert sorted(found.places) == ["2", "2/a.txt", "2/z.zip", "2/z.zip/b.txt"]


def test_links_are_told_from_files(tmp_path: Path) -> None:
    """A link has no content that could be judged, so it has a type of its own."""
    found = walked(run(tmp_path, "ln -s /etc/passwd link.pdf", "7z a -bd -snl out.7z link.pdf", "mv out.7z out"))

    assert [(one.where, one.detected) for one in found.artifacts[1:]] == [("2/link.pdf", "inode/symlink")]


def test_programs_inside_are_found() -> None:
    """The files that ClamAV is tested with, whatever they are packed in."""
    for name in ("clam.7z", "clam.cab", "clam.bin-be.cpio", "clam.bin-le.cpio", "clam.newc.cpio", "clam.odc.cpio"):
        found = walked((CLAMAV / name).read_bytes())

        assert ["application/x-dosexec"] == [one.detected for one in found.artifacts[1:]], name
        assert found.findings == [], name


@pytest.mark.parametrize("name", ["clam.arj", "clam.impl.zip"])
def test_what_nobody_opens_is_unreadable(name: str) -> None:
    """ARJ, and a method of PKZIP 1."""
    assert "container_unreadable" in walked((CLAMAV / name).read_bytes()).kinds


def test_package_of_debian_is_opened(tmp_path: Path) -> None:
    """An ar archive of tar files."""
    commands = "tar cf data.tar *.*", "echo 2.0 > debian-binary", "ar rcS out debian-binary data.tar"
    found = walked(run(tmp_path, *commands))

    assert found.artifacts[0].detected == "application/vnd.debian.binary-package"
    assert "2/data.tar/photo.jpg" in found.places


def test_archive_without_a_member_is_unreadable() -> None:
    """Empty to libarchive need not be empty to others."""
    assert walked(b"7z\xbc\xaf\x27\x1c\0\4" + bytes(24)).kinds == ["container_unreadable"]


def test_one_cabinet_of_a_set_is_unreadable(tmp_path: Path) -> None:
    """Its last file goes on in the next one."""
    content = bytearray(run(tmp_path, "gcab -c out *.*"))
    content[30] |= 2

    assert "container_unreadable" in walked(bytes(content)).kinds


def test_folders_cost_time(tmp_path: Path) -> None:
    """An archive of nothing but folders asks the clock as well."""
    ticks = iter(range(1000))
    content = run(tmp_path, "mkdir -p d/1 d/2 d/3 d/4 d/5 d/6", "7z a -bd out.7z d", "mv out.7z out", members={})

    found = walked(content, clock=lambda: float(next(ticks)), limits=Limits(seconds=4))

    assert found.spent is not None
