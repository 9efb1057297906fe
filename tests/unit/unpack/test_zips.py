"""ZIP files of honest tools, and forged ones."""

import io
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest

from gateway.model.limits import Limits
from gateway.unpack.opener import Member, Unreadable
from gateway.unpack.zips import check_package, open_zip
from tests import builders
from tests.unit.filetype import made
from tests.unit.unpack.walked import budget, notes, opened, walked

MEMBERS = {"a.txt": b"alpha", "folder/b.bin": bytes(range(256)) * 40}
ZIP = builders.zip_of(MEMBERS)


def patched(content: bytes, at: int, put: bytes) -> bytes:
    """Overwrite bytes."""
    return content[:at] + put + content[at + len(put) :]


@pytest.mark.parametrize(
    "command",
    ["zip -q -r out.zip .", "7z a -bd -tzip out.zip .", "7z a -bd -tzip -mx0 out.zip .", "zip -q -fz -r out.zip ."]
    + [f"7z a -bd -tzip -mm={method} out.zip ." for method in ("BZip2", "LZMA")],
)
def test_honest_tools_leave_no_doubt(command: str, tmp_path: Path) -> None:
    """Directory and local headers of real archives agree, and the members come out whole."""
    (tmp_path / "folder").mkdir()
    for name, content in MEMBERS.items():
        (tmp_path / name).write_bytes(content)
    subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)

    found = opened(open_zip, (tmp_path / "out.zip").read_bytes())

    assert {names[0]: content for names, content in found.items()} == MEMBERS


@pytest.mark.parametrize("name", ["../a.txt", "a/../../b.txt", "/a.txt", "C:\\a.txt", "..\\a.txt"])
def test_name_that_leads_out_is_noticed(name: str) -> None:
    """The member is judged by its last segment; who writes such a name means harm."""
    found = walked(builders.zip_of({name: b"text"}))

    assert found.kinds == ["container_inconsistent"]
    assert len(found.artifacts) == 2


@pytest.mark.parametrize("name", ["a..b.txt", "./a.txt", "...txt", "a/..b/c.txt", "b:c.txt", "a\\b.txt"])
def test_odd_name_that_stays_inside_is_none_of_these(name: str) -> None:
    """Two dots are not always the folder above."""
    assert walked(builders.zip_of({name: b"text"})).findings == []


def test_link_is_told_from_a_file() -> None:
    """Unpackers of Unix make a link of it, whatever its name is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("a.pdf")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")

    assert [one.detected for one in walked(out.getvalue()).artifacts[1:]] == ["inode/symlink"]


def test_streamed_archive_leaves_no_doubt() -> None:
    """Sizes that stand behind the data are zero in the local header; that is no disagreement."""

    class Pipe(io.RawIOBase):
        """A stream that cannot be wound back."""

        def __init__(self) -> None:
            self.written = b""

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.written += bytes(data)  # type: ignore[call-overload]
            return len(data)  # type: ignore[arg-type]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"alpha" * 99)

    assert opened(open_zip, pipe.written) == {("a.txt",): b"alpha" * 99}


@pytest.mark.parametrize(
    ("forged", "told"),
    [
        (patched(ZIP, 30, b"b.exe"), "name 'b.exe' in the header"),
        (patched(ZIP, 22, b"\x09"), "checksum or size differs"),
        (patched(ZIP, 8, b"\x00"), "method or encryption differs"),
        (patched(ZIP, 6, b"\x01"), "method or encryption differs"),
        (patched(ZIP, 0, b"XX"), "no header at 0"),
        (builders.zip_of({"evil.exe": b"MZ"}) + ZIP, "bytes before the archive"),
        (ZIP + b"something else", "bytes behind the archive"),
    ],
)
def test_disagreement_is_told(forged: bytes, told: str) -> None:
    """Whoever reads the local headers sees something else than the directory lists."""
    assert any(told in detail for detail in notes(open_zip, forged))


def test_entry_that_the_directory_lacks_is_told() -> None:
    """A reader that goes from the front finds members that were taken out of the directory."""
    whole = builders.zip_of({"evil.exe": builders.program(), "good.txt": b"good"})
    starts = whole.index(b"PK\x01\x02")
    second = whole.index(b"PK\x01\x02", starts + 4)
    end = whole.index(b"PK\x05\x06")
    record = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, end - second, starts, 0)
    forged = whole[:starts] + whole[second:end] + record

    assert notes(open_zip, forged) == ["an entry at 0 that the directory lacks"]


def test_both_names_of_a_forged_member_are_shown() -> None:
    """Policy judges every name that some unpacker would give."""
    forged = patched(ZIP, 30, b"b.exe")
    members = [one for one in open_zip(memoryview(forged), (), budget()) if isinstance(one, Member)]

    assert members[0].names == ("a.txt", "b.exe")


def test_overlapping_members_are_told() -> None:
    """A bomb lets many entries share one piece of data."""
    one = builders.zip_of({"a": bytes(1_000)})
    starts, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    directory = one[starts:end] * 50
    bomb = one[:starts] + directory + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 50, 50, len(directory), starts, 0)

    assert "data overlaps at 0" in notes(open_zip, bomb)


def test_encrypted_member_is_locked_and_named(tmp_path: Path) -> None:
    """Its name is known, its content is not."""
    (tmp_path / "secret.txt").write_bytes(b"secret")
    subprocess.run(["zip", "-q", "-P", "word", "out.zip", "secret.txt"], cwd=tmp_path, check=True)
    found = walked((tmp_path / "out.zip").read_bytes())

    assert [(one.where, one.encrypted) for one in found.artifacts] == [("2", False), ("2/secret.txt", True)]
    assert found.kinds == ["container_encrypted"]


@pytest.mark.parametrize(
    "content",
    [
        ZIP[:-30],
        patched(ZIP, ZIP.index(b"alpha") if b"alpha" in ZIP else 36, b"XXXXX"),
        Path("/usr/share/clamav-testfiles/clam.d64.zip").read_bytes(),
        patched(ZIP, ZIP.index(b"PK\x01\x02") + 20, b"\xff\xff"),
    ],
    ids=["cut off", "damaged data", "unknown method", "data beyond the end"],
)
def test_what_cannot_be_read_is_unreadable(content: bytes) -> None:
    """Broken archives are told from whole ones."""
    assert "container_unreadable" in walked(content).kinds


def test_too_many_entries_cannot_be_listed_to_the_end() -> None:
    """The listing stops at the members that may still be taken."""
    with pytest.raises(Unreadable, match="more entries"):
        list(open_zip(memoryview(ZIP), (), budget(Limits(members=0))))


def test_document_is_checked_without_being_unpacked() -> None:
    """Its members are parts of the document, but directory and data must agree."""
    document = made.office()

    assert opened(check_package, document) == {}
    assert notes(check_package, patched(document, 30, b"X")) != []
