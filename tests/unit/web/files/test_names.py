"""Names of files in header fields."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.files.names import attachment, saved

FIELD = re.compile(r"attachment; filename=\"([^\"\\\r\n]+)\"(?:; filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]+))?")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report.pdf", 'attachment; filename="report.pdf"'),
        ("Übersicht.pdf", "attachment; filename=\"Ubersicht.pdf\"; filename*=UTF-8''%C3%9Cbersicht.pdf"),
        ("報告.pdf", "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E5%A0%B1%E5%91%8A.pdf"),
        ('a"b.pdf', 'attachment; filename="a_b.pdf"'),
        ("a.pdf\r\nSet-Cookie: x=y", 'attachment; filename="a.pdfSet-Cookie_ x=y"'),
        ("../../etc/passwd", 'attachment; filename="_.._etc_passwd"'),
        ("..\\x.exe", 'attachment; filename="_x.exe"'),
        ("CON.txt", 'attachment; filename="_CON.txt"'),
        ("photo\u202egpj.exe", 'attachment; filename="photogpj.exe"'),
        ("a%0d%0ab.txt", 'attachment; filename="a_0d_0ab.txt"'),
        ("   ", 'attachment; filename="file"'),
        ("", 'attachment; filename="file"'),
    ],
)
def test_name_is_offered_as_it_can_be_saved(name: str, expected: str) -> None:
    """Old readers get an ASCII form, all others the name."""
    assert expected == attachment(name)


def test_long_name_keeps_its_ending() -> None:
    """What a program goes by is the end."""
    name = saved("x" * 1000 + ".pdf")

    assert (True, True) == (len(name) <= 120, name.endswith("x.pdf"))


@given(st.text(max_size=300))
def test_no_name_leaves_its_place(name: str) -> None:
    """Whatever the name is, the field has one form, and what it says is one plain segment of a path."""
    found = FIELD.fullmatch(attachment(name))

    assert found
    for said in (found[1], unquote(found[2] or "x", errors="strict")):
        assert said.strip(" .")
        assert not set(said) & set('/\\"\r\n\0:')
        assert not said.startswith(".")
