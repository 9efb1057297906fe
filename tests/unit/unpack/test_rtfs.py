"""Rich text with more than text in it."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.filetype.ole import EQUATION_EDITOR
from gateway.unpack.rtfs import open_rtf
from tests import builders
from tests.unit.unpack import documents
from tests.unit.unpack.documents import compound, dropped
from tests.unit.unpack.walked import notes, walked

PROGRAM = builders.program()


def rtf(inside: str) -> bytes:
    """Make a text."""
    return b"{\\rtf1\\ansi " + inside.encode("latin-1") + b"\\par Hello.}"


def ole1(native: bytes, class_name: bytes = b"Package", form: int = 2, topic: bytes = b"") -> str:
    """Write an OLE 1 object in hexadecimal, in lines."""
    texts = b"".join(struct.pack("<I", len(one)) + one for one in (class_name + b"\0", topic, b""))
    digits = (struct.pack("<II", 0x501, form) + texts + struct.pack("<I", len(native)) + native).hex()
    return "\r\n".join(digits[at : at + 64] for at in range(0, len(digits), 64))


def holding(data: str) -> bytes:
    """Make a text with an object."""
    return rtf("{\\object\\objemb{\\*\\objclass x}{\\*\\objdata " + data + "}{\\result x}}")


PACKAGE = ole1(dropped("a.exe", PROGRAM)[4:])


@pytest.mark.parametrize(
    "content",
    [
        documents.sample("letter.rtf"),
        rtf("{\\*\\template C:\\\\Templates\\\\letter.dot}"),
        rtf('{\\field{\\*\\fldinst { HYPERLINK "https://example.org" }}{\\fldrslt x}}'),
        rtf("The word DDEAUTO, \\{objdata\\}."),
        rtf("{\\pict\\pngblip 89504e470d0a1a0a}"),
        holding(ole1(compound({"Workbook": b"x"}), b"Excel.Sheet.8")),
    ],
)
def test_honest_text_is_clean(content: bytes) -> None:
    """Own templates, links, pictures and tables are common."""
    assert walked(content).kinds == []


def test_dropped_file_is_judged_under_its_name() -> None:
    """A double click in the text starts it."""
    found = walked(holding(PACKAGE))

    assert [(one.names, one.detected) for one in found.artifacts[1:]] == [(("a.exe",), "application/x-dosexec")]
    assert found.kinds == []


def test_object_of_another_program_is_judged() -> None:
    """As the compound file that it is."""
    found = walked(holding(ole1(compound({"VBA/dir": b"x"}), b"Word.Document.8")))

    assert found.kinds == ["macro_code"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (holding(PACKAGE[:40] + "{\\*\\x 00}" + PACKAGE[40:]), "embedded_object"),
        (holding(PACKAGE[:40] + "\\par " + PACKAGE[40:]), "embedded_object"),
        (holding(PACKAGE[:40] + "zz" + PACKAGE[40:]), "embedded_object"),
        (holding(ole1(b"\x1c\0\0\0\2\0", b"eQuation.3")), "embedded_object"),
        (holding(ole1(compound({"Equation Native": b"x"}, classes={"": EQUATION_EDITOR}), b"x")), "embedded_object"),
        (rtf("{\\object\\objocx x}"), "embedded_object"),
        (rtf("{\\object\\objemb\\objupdate x}"), "embedded_object"),
        (holding(ole1(b"", b"Word.Document.8", 1, b"https://example.org/a\0")), "external_template"),
        (rtf("{\\*\\template https://example.org/a.dot}"), "external_template"),
        (rtf("{\\*\\template \\u104?\\u116?tp\\'3a//example.org/a.dot}"), "external_template"),
        (rtf("{\\field{\\*\\fldinst {\\b DD}{EAUTO c:\\\\\\\\cmd.exe }}}"), "dde_field"),
        (holding("zz"), "container_unreadable"),
        (holding(PACKAGE[:-200]), "container_unreadable"),
    ],
)
def test_what_is_active_or_disguised_is_noticed(content: bytes, kind: str) -> None:
    """However readers clean it up."""
    assert kind in walked(content).kinds


def test_other_file_in_a_text_with_binary_data_is_a_polyglot() -> None:
    """Only pictures are binary in a text."""
    content = rtf("\\bin20 ") + bytes(20) + b"<html><script>alert(1)</script>}"

    assert notes(open_rtf, content) == ["<html><script>al"]


@given(st.data())
def test_damaged_text_is_survived(data: st.DataObject) -> None:
    """Whatever is changed, the walk ends with findings."""
    content = bytearray(holding(PACKAGE))
    for at in data.draw(st.lists(st.integers(6, len(content) - 1), max_size=6)):
        content[at] = data.draw(st.integers(0, 255))

    assert walked(bytes(content)).places[0] == "2"
