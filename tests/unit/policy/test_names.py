"""What file names claim, what clients may make of them, and how they are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.policy.names import CLASS_ID, SHOWN_LENGTH, claimed, readings, shown

CLAIMS = {
    "photo.jpg": "jpg",
    "PHOTO.JPG": "jpg",
    "photo.jpg.": "jpg",
    "photo.jpg  . .": "jpg",
    "photo.jpg\u200b": "jpg",
    "photo\u202egpj.exe": "exe",
    "photo.e\u200bxe": "exe",
    "photo.\uff45\uff58\uff45": "exe",
    "photo\uff0eexe": "exe",
    "setup.exe::$DATA": "exe",
    "setup.exe:x:$data": "exe",
    "C:\\temp\\setup.exe": "exe",
    "../../etc/x.sh": "sh",
    "photo.jpg/": "jpg",
    '"photo.jpg"': "jpg",
    "Übersicht für Zürich.pdf": "pdf",
    "資料.pdf": "pdf",
    "README": "",
    "": "",
    ".": "",
    "Offer no. 12": "",
    "Meeting 21.11.2026": "",
    "Dr. Who and the rest of them": "",
    "Photo St.Gallen": "",
    "Photo.Jpeg": "jpeg",
    "photo.jpg.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}": CLASS_ID,
    "photo.jpg" + "\u200b" * 400: "jpg",
    "photo.jp\u00adg": "jpg",
    "photo.j\ufe0fpg": "jpg",
    "resim.t\u0131f": "tif",
    "RES\u0130M.T\u0130F": "tif",
    "\u05d9\u05e9\u05e8\u05d0\u05dc 2024\u200f.pdf": "pdf",
    "\u062a\u0642\u0631\u064a\u0631 \u0661\u0660.pdf": "pdf",
    "\u4f1a\u8b70\u3002\u8cc7\u6599.pdf": "pdf",
    "e\u0301te\u0301.pdf": "pdf",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467.jpg": "jpg",
    "x." + "y" * 30: "",
    "archive.7z": "7z",
    "x.searchconnector-ms": "searchconnector-ms",
}


@pytest.mark.parametrize(("name", "expected"), CLAIMS.items(), ids=ascii)
def test_last_extension_counts_however_it_is_written(name: str, expected: str) -> None:
    """Case, trailing dots, unseen characters, paths and streams hide nothing; sentences claim nothing."""
    actual = claimed(name)

    assert expected == actual


READINGS = {
    "invoice.pdf.exe": {"exe"},
    "invoice.exe.pdf": {"exe", "pdf"},
    "invoice.exe      .pdf": {"exe", "pdf"},
    "invoice.exe\0.pdf": {"exe", "pdf"},
    "invoice.js\r\n.pdf": {"js", "pdf"},
    "invoice. exe": {"exe"},
    "invoice.e xe": {"exe", "e xe"},
    "Dr. A. B": {"b"},
    "photo\u202egpj.exe": {"exe", "jpg"},
    "ann\u202eexe.jpg": {"exe", "jpg"},
    "photo.e\u0335xe": {"exe", "e\u0335xe"},
    "photo.\u0435\u0445\u0435": {"exe", "\u0435\u0445\u0435"},
    "photo\u3002exe": {"exe"},
    "photo\u0701exe": {"exe"},
    "photo%2eexe": {"exe"},
    "photo%252eexe": {"exe"},
    "..%5csetup.exe%00.jpg": {"exe", "jpg"},
    "setup.exe;.jpg": {"exe", "jpg"},
    "photo; setup.exe;.jpg": {"exe", "jpg"},
    "setup.exe:photo.jpg": {"exe", "jpg"},
    "note.txt:setup.exe": {"exe", "txt"},
    "setup.exe/.": {"exe"},
    "setup.ex?e": {"exe", "ex?e"},
    "x" * 251 + ".exe.jpg": {"exe", "jpg"},
    "x" * 252 + ".js.jpg": {"js", "jpg"},
    "Re: figures.pdf": {"pdf"},
    "example.com: offer.pdf": {"pdf"},
    "50% off.pdf": {"pdf"},
    "\u043c\u0430\u0433\u0430\u0437\u0438\u043d.\u0440\u0443": {"\u0440\u0443"},
    "example.com.pdf": {"pdf"},
    "Node.js.pdf": {"pdf"},
    "my.application.pdf": {"pdf"},
    "photo.jpg": {"jpg"},
    "photo": set(),
}


@pytest.mark.parametrize(("name", "expected"), READINGS.items())
def test_every_reading_is_found_that_a_client_could_act_on(name: str, expected: set[str]) -> None:
    """A program before the last extension or a NUL counts; a word there does not."""
    actual = readings(name)

    assert expected == actual


def test_name_is_shown_on_one_line_without_what_would_mislead() -> None:
    """Controls, marks of direction, quotes and backslashes are gone; the end of a long name stays."""
    actual = shown('a\r\nb\u202e"c\\d\x1b[31m' + "x" * 100 + ".pdf")

    assert "a b'c/d[31mxxxxxxxxxxxxxxxxxxxxxxxxxx...xxxxxxxxxxxxxxxx.pdf" == actual


def test_international_name_is_shown_as_it_is_where_that_is_possible() -> None:
    """UTF-8 where the client speaks SMTPUTF8, question marks where it does not."""
    actual = [shown("Übersicht.pdf", utf8=utf8) for utf8 in (True, False)]

    assert actual == ["Übersicht.pdf", "?bersicht.pdf"]


@given(name=st.text(st.characters()), utf8=st.booleans())
def test_shown_name_is_always_safe_inside_quotes(name: str, *, utf8: bool) -> None:
    """Whatever the name: printable, encodable, bounded, without quote or backslash."""
    actual = shown(name, utf8=utf8)

    assert len(actual) <= SHOWN_LENGTH
    assert shown(actual, utf8=utf8) == actual
    assert utf8 or actual.isascii()
    assert actual.isprintable()
    assert not set('"\\\r\n') & set(actual)


@given(st.text(st.characters()))
def test_claim_is_one_of_the_readings(name: str) -> None:
    """What allows a file is never unseen by what forbids one."""
    claim = claimed(name)

    assert not claim or claim in readings(name)


UNSEEN = "\u200b\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2069\ufeff\u00ad\u034f\ufe0f\U000e0101\x01\x7f\u3164"


@given(st.sampled_from(("setup.exe", "invoice.js", "a.b.scr", "x.settingcontent-ms")), st.data())
def test_unseen_characters_hide_no_extension(name: str, data: st.DataObject) -> None:
    """Wherever they stand and however many they are."""
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(name)))
        name = name[:at] + data.draw(st.sampled_from(UNSEEN)) * data.draw(st.sampled_from((1, 2, 400))) + name[at:]

    actual = readings(name)

    assert {"exe", "js", "scr", "settingcontent-ms"} & actual


@given(st.text(st.characters(), max_size=40), st.sampled_from(("", " ", ".", "\u00a0", "/", '"', "...", " . ")))
def test_what_stands_at_the_end_of_a_name_changes_no_claim(name: str, tail: str) -> None:
    """Windows drops dots and blanks, and nobody means slashes and quotes."""
    if claimed(name):
        assert claimed(name) == claimed(name + tail)


@given(st.text(st.characters(), max_size=60))
def test_a_double_extension_of_a_program_is_always_seen(name: str) -> None:
    """Whatever stands before it."""
    assert "exe" in readings(name + "x.exe")
