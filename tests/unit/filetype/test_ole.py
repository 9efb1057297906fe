"""Compound files by the names in their directory."""

import pytest

from gateway.filetype.identified import Identified, Note
from gateway.filetype.ole import ole_type
from gateway.model.finding import FindingKind
from tests.unit.filetype import made

MSI = b"\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"


@pytest.mark.parametrize(
    ("names", "media_type"),
    [
        (("WordDocument", "1Table"), "application/msword"),
        (("Workbook",), "application/vnd.ms-excel"),
        (("Book",), "application/vnd.ms-excel"),
        (("PowerPoint Document",), "application/vnd.ms-powerpoint"),
        (("__properties_version1.0", "__substg1.0_001A001F"), "application/vnd.ms-outlook"),
        (("Something",), "application/x-ole-storage"),
    ],
)
def test_stream_names_tell_the_type(names: tuple[str, ...], media_type: str) -> None:
    """Each program calls its main stream by a name of its own."""
    assert ole_type(memoryview(made.ole(*names))) == Identified(media_type)


def test_directory_of_many_sectors_is_followed() -> None:
    """The telling name may be the last of many."""
    names = [f"stream {number}" for number in range(40)]

    assert ole_type(memoryview(made.ole(*names, "WordDocument"))).media_type == "application/msword"


def test_installer_is_known_by_its_class() -> None:
    """An MSI is a program."""
    assert ole_type(memoryview(made.ole("x", root_class=MSI))) == Identified("application/x-msi")


def test_macros_are_noticed() -> None:
    """Word keeps them in a storage called Macros, Excel in _VBA_PROJECT_CUR."""
    for storage in ("Macros", "_VBA_PROJECT_CUR"):
        found = ole_type(memoryview(made.ole("WordDocument", storage)))

        assert found == Identified("application/msword", (Note(FindingKind.MACRO_CODE, "macro storage"),))


def test_encrypted_package_is_locked() -> None:
    """Office wraps an encrypted document into a compound file."""
    found = ole_type(memoryview(made.ole("EncryptionInfo", "EncryptedPackage")))

    assert (found.media_type, found.encrypted) == ("application/x-ooxml-encrypted", True)


def test_looping_sector_table_ends() -> None:
    """A directory that leads back to itself is read to the bound."""
    content = bytearray(made.ole(*(f"stream {number}" for number in range(8))))
    content[512 + 4 : 512 + 8] = (1).to_bytes(4, "little")

    assert ole_type(memoryview(bytes(content))).media_type == "application/x-ole-storage"


@pytest.mark.parametrize("cut", [20, 400, 600, 1_030])
def test_cut_off_file_is_unreadable(cut: int) -> None:
    """Without a directory the file is a compound file of no known kind."""
    found = ole_type(memoryview(made.ole("WordDocument")[:cut]))

    assert [note.kind for note in found.notes] == [FindingKind.CONTAINER_UNREADABLE]
