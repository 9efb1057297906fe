"""PDFs with more than pages in them, opened as every reader would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import builders
from tests.unit.unpack import documents
from tests.unit.unpack.documents import INVOICE, flat, object_stream, pdf, specification, stream
from tests.unit.unpack.walked import walked

PROGRAM = builders.program()
FILE = specification(b"a.exe", 3)
SCRIPT = b"<</S/JavaScript/JS(app.alert(1))>>"


@pytest.mark.parametrize(
    "content",
    [
        builders.document(),
        *(documents.sample(name) for name in ("owner128.pdf", "owner256.pdf", "linearized.pdf")),
        pdf(b"<</S/URI/URI(https://example.org)>>", b"<</Launched/JavaScripts/A>>"),
        pdf(b"<</S/GoToR/F(chapter 2.pdf)/D[0/Fit]>>"),
        pdf(object_stream(b"<</Title(One)/First 5 0 R/Last 6 0 R>>", b"[1 2]")),
        pdf(b"<</Type/Outlines/First 5 0 R/Last 6 0 R/Title(a \\( b (c) /First stream\n)>>"),
        pdf(b"<</Names<</EmbeddedFiles<</Names[]>>>>>>"),
        builders.document() + pdf(b"<</Type/Metadata>>")[9:],
    ],
)
def test_honest_pdf_is_clean(content: bytes) -> None:
    """Object streams, an owner's password, updates and links are in most documents."""
    assert walked(content).kinds == []


@pytest.mark.parametrize(
    ("object_", "name"),
    [
        (SCRIPT, "JavaScript"),
        (b"<</S /J#61vaScr#69pt /JS 5 0 R>>", "JavaScript"),
        (b"<</S/Launch/F(cmd.exe)>>", "Launch"),
        (b"<</S/#4caunc#68/F(cmd.exe)>>", "Launch"),
        (b"<</AcroForm<</XFA[(template)5 0 R]>>>>", "XFA"),
        (b"<</S/SubmitForm/F(https://example.org)>>", "SubmitForm"),
        (b"<</S/GoToR/F(\\\\\\\\server\\\\x.pdf)>>", "GoToR"),
        (b"<</S/GoToR/F 5 0 R>>", "GoToR"),
        (b"<</Subtype/RichMedia>>", "RichMedia"),
        (object_stream(b"<<>>", SCRIPT), "JavaScript"),
        (object_stream(SCRIPT, keys=b"/T#79pe/Obj#53tm"), "JavaScript"),
        (object_stream(SCRIPT, keys=b""), "JavaScript"),
        (object_stream(SCRIPT, keys=b"/X(endobj)%stream\n"), "JavaScript"),
        (object_stream(b"<</S/GoToR/F(http://a.example/x)>>"), "GoToR"),
    ],
)
def test_active_content_is_noticed(object_: bytes, name: str) -> None:
    """Scripts and actions, however their names are spelled and wherever their objects are packed."""
    found = [(one.kind.value, one.detail) for one in walked(pdf(object_)).findings]

    assert found == [("active_content", name)]


def test_script_behind_an_owner_password_is_noticed() -> None:
    """Readers open such a file without asking, and so must we."""
    assert walked(documents.sample("owner256-script.pdf")).kinds == ["active_content"]


def test_file_behind_a_password_is_locked() -> None:
    """Nobody here can judge what only the recipient can open."""
    assert walked(documents.sample("user256.pdf")).kinds == ["container_encrypted"]


@pytest.mark.parametrize(
    "objects",
    [
        (FILE, stream(PROGRAM, b"/Type/EmbeddedFile")),
        (FILE, stream(PROGRAM)),
        (FILE, flat(PROGRAM)),
        (FILE, flat(PROGRAM.hex().encode() + b">", b"/Filter/ASCIIHexDecode")),
        (FILE.replace(b"/EF", b"/#45F %x\n"), stream(PROGRAM)),
        (b"<</F(a.exe)/EF 4 0 R>>", stream(PROGRAM), b"<</F 3 0 R>>"),
        (object_stream(b"<<>>", FILE), stream(PROGRAM)),
    ],
)
def test_embedded_file_is_judged_as_a_file(objects: tuple[bytes, ...]) -> None:
    """By its content and under its own name."""
    found = walked(pdf(*objects))

    assert (found.places, found.artifacts[1].names, found.content("2/a.exe")) == (
        ["2", "2/a.exe"],
        ("a.exe",),
        PROGRAM,
    )


def test_embedded_file_that_nothing_names_is_judged() -> None:
    """A reader that rebuilds the file would list it."""
    assert walked(pdf(stream(PROGRAM, b"/Type/EmbeddedFile"))).artifacts[1].detected == "application/x-dosexec"


def test_every_revision_of_an_embedded_file_is_judged() -> None:
    """Readers differ in which one they show."""
    first = pdf(FILE, stream(PROGRAM))
    found = walked(first + b"3 0 obj\n" + stream(b"Hello.\n") + b"\nendobj\n")

    assert {one.detected for one in found.artifacts[1:]} == {"application/x-dosexec", "text/plain"}


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4\n\x80\x81 nothing\n%%EOF\n",
        pdf(FILE),
        pdf(stream(PROGRAM, b"/Type/EmbeddedFile/Filter 5 0 R")),
        pdf(flat(b"\x80\x0b", b"/Type/ObjStm/N 1/First 4/Filter/LZWDecode")),
        pdf(flat(b"garbage", b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode")),
        pdf(object_stream(SCRIPT, keys=b"/DecodeParms<</Predictor 12>>")),
        pdf(flat(b"x", b"/Type/ObjStm/N 1/First 4/Filter[/FlateDecode]/Filter/LZWDecode")),
    ],
)
def test_what_cannot_be_seen_is_unreadable(content: bytes) -> None:
    """A hidden object is no pass."""
    assert walked(content).kinds == ["container_unreadable"]


def test_object_stream_that_never_ends_is_bounded() -> None:
    """A megabyte of them costs no more than its bound."""
    bomb = object_stream(b" " * 17 * 1024 * 1024)

    assert walked(pdf(bomb)).kinds == ["container_unreadable"]


def test_program_in_a_stream_as_it_is_is_a_polyglot() -> None:
    """Nothing in a document is stored so; two letters alone are no program."""
    assert walked(pdf(flat(PROGRAM))).kinds == ["polyglot"]
    assert walked(pdf(flat(b"MZ" + b"a" * 90))).kinds == []


def test_foreign_data_between_objects_is_a_polyglot() -> None:
    """Windows runs a page from anywhere in a file."""
    content = pdf(b"<<>>").replace(b"trailer", b"<html><script>x</script></html>\ntrailer")

    assert walked(content).kinds == ["polyglot"]


@pytest.mark.parametrize("name", [b"factur-x.xml", b"ZUGFeRD-invoice.xml", b"xrechnung.xml"])
def test_invoice_data_is_a_part_of_the_document(name: bytes) -> None:
    """Millions of honest invoices carry it; it is no file for anybody."""
    found = walked(pdf(specification(name, 3), stream(INVOICE % b"<a>1</a>")))

    assert (found.places, found.kinds) == (["2"], ["invoice_data"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (b"factur-x.exe", INVOICE % b""),
        (b"factur-x.xml", INVOICE % b"<script>x</script>"),
        (b"factur-x.xml", b"<x/>"),
        (b"factur-x.xml", PROGRAM),
    ],
)
def test_what_only_looks_like_an_invoice_is_a_file(name: bytes, content: bytes) -> None:
    """The name alone opens nothing."""
    assert walked(pdf(specification(name, 3), stream(content))).places == ["2", f"2/{name.decode()}"]


def test_files_that_come_with_an_invoice_are_judged() -> None:
    """EN 16931 allows documents in base64."""
    attached = b'<a:AttachmentBinaryObject filename="b.exe">%s</a:AttachmentBinaryObject>'
    attached %= builders.encoded(PROGRAM, "base64")
    found = walked(pdf(specification(b"factur-x.xml", 3), stream(INVOICE % attached)))

    assert found.content("2/b.exe") == PROGRAM


@given(st.data())
def test_damaged_pdf_is_survived(data: st.DataObject) -> None:
    """Whatever is changed in a real file, the walk ends with findings."""
    content = bytearray(documents.sample(data.draw(st.sampled_from(["owner128.pdf", "linearized.pdf"]))))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[at] = data.draw(st.integers(0, 255))

    assert walked(bytes(content)).places[0] == "2"
