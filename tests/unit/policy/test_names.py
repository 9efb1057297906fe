"""What file names claim, what clients may make of them, and how they are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.policy.names import SHOWN_LENGTH, claimed, readings, shown

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
    "example.com.pdf": {"pdf"},
    "Node.js.pdf": {"pdf"},
    "my.application.pdf": {"pdf"},
    "photo.jpg": {"jpg"},
    "photo": set(),
}


@pytest.mark.parametrize(("name", "expected"), READINGS.items(), ids=ascii)
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
