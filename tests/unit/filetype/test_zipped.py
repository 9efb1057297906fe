"""Documents and programs that are stored as ZIP files."""

import pytest

from gateway.filetype.identified import Identified, Note
from gateway.filetype.zipped import zip_type
from gateway.model.finding import FindingKind
from tests import builders
from tests.unit.filetype import made

OFFICE = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
MACRO = Note(FindingKind.MACRO_CODE, "macro code in the package")


@pytest.mark.parametrize(
    ("main", "media_type"),
    [
        (made.DOCX, OFFICE + "wordprocessingml.document"),
        ("vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", OFFICE + "spreadsheetml.sheet"),
        ("vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml", OFFICE + "presentationml.slideshow"),
        (made.DOCM, "application/vnd.ms-word.document.macroenabled.12"),
        ("vnd.ms-excel.sheet.binary.macroEnabled.main", "application/vnd.ms-excel.sheet.binary.macroenabled.12"),
        ("vnd.unheard-of.main+xml", "application/zip"),
    ],
)
def test_office_package_is_known_by_its_main_part(main: str, media_type: str) -> None:
    """Word, Excel and PowerPoint differ only in the type of one part."""
    assert zip_type(memoryview(made.office(main))) == Identified(media_type)


@pytest.mark.parametrize("member", ["word/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_macro_member_makes_a_macro_document(member: str) -> None:
    """A document that claims to be free of macros and carries them is one with macros."""
    expected = Identified("application/vnd.ms-word.document.macroenabled.12", (MACRO,))

    assert zip_type(memoryview(made.office(members={member: b"code"}))) == expected


def test_second_main_part_with_macros_counts() -> None:
    """The harmless type first, the harmful one behind it."""
    package = made.office(f'{made.DOCX}"/><Override ContentType="application/{made.DOCM}')

    assert zip_type(memoryview(package)).media_type == "application/vnd.ms-word.document.macroenabled.12"


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        (made.open_document(ODF + "text"), Identified(ODF + "text")),
        (
            made.open_document(ODF + "spreadsheet", {"Basic/Standard/m": b"x"}),
            Identified(ODF + "spreadsheet", (MACRO,)),
        ),
        (made.open_document("application/epub+zip"), Identified("application/epub+zip")),
        (made.open_document("application/pdf"), Identified("application/zip")),
    ],
)
def test_package_names_its_type(package: bytes, expected: Identified) -> None:
    """Only types that are stored this way are believed."""
    assert zip_type(memoryview(package)) == expected


@pytest.mark.parametrize(
    ("members", "media_type"),
    [
        ({"META-INF/MANIFEST.MF": b"", "A.class": b""}, "application/java-archive"),
        ({"META-INF/MANIFEST.MF": b"", "AndroidManifest.xml": b""}, "application/vnd.android.package-archive"),
        ({"letter.txt": b"x"}, "application/zip"),
    ],
)
def test_programs_are_known_by_their_members(members: dict[str, bytes], media_type: str) -> None:
    """Java and Android programs are ZIP files too."""
    assert zip_type(memoryview(builders.zip_of(members))) == Identified(media_type)


def test_java_program_inside_a_document_is_a_polyglot() -> None:
    """Java starts any ZIP with a manifest, whatever else is in it."""
    package = made.office(members={"META-INF/MANIFEST.MF": b"Main-Class: A"})

    assert [note.kind for note in zip_type(memoryview(package)).notes] == [FindingKind.POLYGLOT]


def test_broken_zip_is_a_zip() -> None:
    """Without a directory nothing more can be said."""
    assert zip_type(memoryview(b"PK\x03\x04" + bytes(50))) == Identified("application/zip")
