"""tar files of honest tools, and what is odd in them."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from gateway.unpack.opener import Member, Unreadable
from gateway.unpack.tars import open_tar
from tests.unit.filetype import made
from tests.unit.unpack.walked import budget, notes, opened, walked

LONG = "a/very/long/path/" * 12 + "name.txt"


@pytest.mark.parametrize("form", ["gnu", "pax", "ustar", "v7"])
def test_honest_tars_of_every_form_are_listed(form: str, tmp_path: Path) -> None:
    """Folders are left out, files come whole."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/ä.txt").write_bytes(b"alpha" * 300)
    command = ["tar", f"--format={form}", "-cf", "../out.tar", "folder"]
    subprocess.run(command, cwd=tmp_path, check=True)

    assert opened(open_tar, (tmp_path / "../out.tar").read_bytes()) == {("folder/ä.txt",): b"alpha" * 300}


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_come_beside_the_short_ones(form: int) -> None:
    """An old reader shows the cut-off name; both are judged."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        archive.addfile(tarfile.TarInfo(LONG))
    names = next(iter(opened(open_tar, out.getvalue())))

    assert names[0] == LONG
    assert len(names) == 2


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (tarfile.SYMTYPE, "inode/symlink"),
        (tarfile.LNKTYPE, "inode/hardlink"),
        (tarfile.CHRTYPE, "inode/chardevice"),
        (tarfile.FIFOTYPE, "inode/fifo"),
    ],
)
def test_links_and_devices_are_shown_as_what_they_are(kind: bytes, shown: str) -> None:
    """They have no content, and no policy allows their type."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("entry")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)

    assert [(one.where, one.detected) for one in walked(out.getvalue()).artifacts[1:]] == [("2/entry", shown)]


def test_names_lead_nowhere() -> None:
    """A path out of the folder is a name like any other."""
    assert walked(made.tar_of("../../etc/passwd")).places == ["2", "2/../../etc/passwd"]


def test_data_behind_the_end_mark_is_told() -> None:
    """Some unpackers go on reading there."""
    assert notes(open_tar, made.tar_of("a") + made.tar_of("evil")) == ["data behind the end mark"]


@pytest.mark.parametrize(
    "content",
    [
        made.tar_of("a", content=bytes(5_000))[:2_000],
        made.tar_of("a")[:1_024] + b"garbage".ljust(512, b"."),
        made.tar_of("a")[:1_024] + b"x",
    ],
    ids=["cut off", "no header", "half a block"],
)
def test_broken_tar_is_unreadable(content: bytes) -> None:
    """Nothing is guessed about what cannot be listed."""
    assert "container_unreadable" in walked(content).kinds


@pytest.mark.parametrize("size", [b"-0000001000\0", b"77777777777\0", b"\x80" + b"\xff" * 11])
def test_impossible_size_does_not_lead_astray(size: bytes) -> None:
    """Neither back nor beyond the end."""
    block = bytearray(made.tar_of("a")[:512])
    block[124:136] = size
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)

    with pytest.raises(Unreadable, match="missing"):
        list(open_tar(memoryview(bytes(block) + bytes(2_048)), (), budget()))


def test_negative_pax_size_does_not_lead_back() -> None:
    """A size that would move the reading backwards ends it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("a")
        info.pax_headers = {"size": "-1024"}
        archive.addfile(info)

    with pytest.raises(Unreadable, match="missing"):
        [one for one in open_tar(memoryview(out.getvalue()), (), budget()) if isinstance(one, Member)]
