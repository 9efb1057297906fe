"""Old Office documents, and the objects in them."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.filetype.ole import EQUATION_EDITOR
from tests import builders
from tests.unit.unpack import documents
from tests.unit.unpack.documents import compound, dropped, record, show_record
from tests.unit.unpack.walked import walked

PROGRAM = builders.program()
WORD = {"WordDocument": b"\xec\xa5" + bytes(600)}
SHEET = record(0x809, bytes(16))
EXECUTABLE = "application/x-dosexec"


@pytest.mark.parametrize(
    "content",
    [
        documents.sample("letter.doc"),
        documents.sample("table.xls"),
        compound({**WORD, "ObjectPool/x": b""}),
        compound({**WORD, "ObjectPool/_1/Workbook": SHEET}),
        compound({"Workbook": SHEET + record(0x85, b"\0\0\0\0\0\0\1\0A")}, spare=b"\0" * 2_000),
        compound(
            {"PowerPoint Document": show_record(1000, b"", 0x0F), "Current User": bytes(12) + b"\x5f\xc0\x91\xe3"}
        ),
        compound({"VisioDocument": b"x"}),
    ],
)
def test_honest_document_is_clean(content: bytes) -> None:
    """Empty object pools, tables inside letters and free sectors are in most of them."""
    assert walked(content).kinds == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (compound({**WORD, "Macros/VBA/dir": b"x"}), "macro_code"),
        (compound({**WORD, "ObjectPool/_1/_VBA_PROJECT_CUR/VBA/dir": b"x"}), "macro_code"),
        (compound({"Workbook": SHEET + record(0x85, b"\0\0\0\0\0\1\1\0A")}), "macro_code"),
        (compound({"Book": SHEET + record(0x85, b"\0\0\0\0\0\6\1\0A")}), "macro_code"),
        (compound({"Workbook": SHEET + record(0x2F, b"\1\0")}), "container_encrypted"),
        (compound({"WordDocument": b"\xec\xa5" + bytes(9) + b"\1" + bytes(600)}), "container_encrypted"),
        (
            compound({"PowerPoint Document": b"", "Current User": bytes(12) + b"\xdf\xc4\xd1\xf3"}),
            "container_encrypted",
        ),
        (compound({"WordDocument": b"\xec\xa5" + bytes(600) + b"\x13 DDEAUTO c:\\\\cmd.exe \x15"}), "dde_field"),
        (
            compound({"WordDocument": b"\xec\xa5" + bytes(600) + "\x13DDE cmd".encode("utf-16-le")}),
            "dde_field",
        ),
        (compound({"Workbook": SHEET + record(0x1AE, b"\0\0\5\0\0cmd\3/c calc")}), "dde_field"),
        (compound({**WORD, "ObjectPool/_1/\3OCXNAME": b"x"}), "active_content"),
        (
            compound({**WORD, "ObjectPool/_1/Equation Native": b"x"}, classes={"ObjectPool/_1": EQUATION_EDITOR}),
            "embedded_object",
        ),
        (compound(WORD, spare=PROGRAM), "trailing_data"),
    ],
)
def test_what_is_active_or_locked_is_noticed(content: bytes, kind: str) -> None:
    """By streams and records, in whatever storage they lie."""
    assert walked(content).kinds == [kind]


@pytest.mark.parametrize(
    "streams",
    [
        {**WORD, "ObjectPool/_1/\1Ole10Native": dropped("a.exe", PROGRAM)},
        {"Workbook": SHEET, "MBD01/\1Ole10Native": dropped("a.exe", PROGRAM)},
        {"\1Ole10Native": dropped("a.exe", PROGRAM)},
    ],
)
def test_dropped_file_is_judged_under_its_name(streams: dict[str, bytes]) -> None:
    """A double click in the document starts it."""
    found = walked(compound(streams))

    assert [(one.names, one.detected) for one in found.artifacts[1:]] == [(("a.exe",), EXECUTABLE)]
    assert found.content("2/a.exe") == PROGRAM


@pytest.mark.parametrize("name", ["Package", "CONTENTS"])
def test_object_of_another_program_is_judged(name: str) -> None:
    """Whole files lie in streams of these names."""
    found = walked(compound({**WORD, f"ObjectPool/_1/{name}": PROGRAM}))

    assert found.artifacts[1].detected == EXECUTABLE


def test_storages_of_a_presentation_are_judged() -> None:
    """PowerPoint packs macros and objects into its main stream."""
    macros = compound({"VBA/dir": b"x"})
    packed = len(macros).to_bytes(4, "little") + zlib.compress(macros)
    show = show_record(0x0409, show_record(0x1011, packed, 0x10) + show_record(0x1011, macros), 0x0F)
    found = walked(compound({"PowerPoint Document": show}))

    assert [one.detected for one in found.artifacts[1:]] == ["application/x-ole-storage"] * 2
    assert found.kinds == ["macro_code", "macro_code"]


@pytest.mark.parametrize("native", [b"", b"\x09", dropped("a.exe", PROGRAM)[:-900]])
def test_broken_object_is_unreadable(native: bytes) -> None:
    """Some reader might read it in its own way."""
    assert "container_unreadable" in walked(compound({**WORD, "ObjectPool/_1/\1Ole10Native": native})).kinds


def test_stream_that_no_storage_holds_is_inconsistent() -> None:
    """Readers that go by the tree do not see it, others do."""
    content = compound({**WORD, "hidden": b"x"})
    at = content.index("hidden".encode("utf-16-le")) - 128
    cut = content[: at + 72] + b"\xff" * 4 + content[at + 76 :]

    assert walked(cut).kinds == ["container_inconsistent"]


@given(st.data())
def test_damaged_document_is_survived(data: st.DataObject) -> None:
    """Whatever is changed in a real file, the walk ends with findings."""
    content = bytearray(documents.sample(data.draw(st.sampled_from(["letter.doc", "table.xls"]))))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[at] = data.draw(st.integers(0, 255))

    assert walked(bytes(content)).places[0] == "2"
