"""XML parts, searched as a stream."""

import pytest

from gateway.unpack.office_xml import xml_notes
from gateway.unpack.opener import Unreadable
from tests.unit.unpack.walked import budget

FIELD = b"<w:fldChar w:fldCharType='begin'/><w:instrText>DDE x</w:instrText>"


def kinds(*chunks: bytes) -> list[str]:
    """Return what is noticed."""
    return [note.kind.value for note in xml_notes(chunks, budget())]


@pytest.mark.parametrize("cut", range(1, len(FIELD), 7))
def test_pieces_do_not_matter(cut: int) -> None:
    """A part arrives as it is unpacked."""
    assert kinds(b"<x>" + FIELD[:cut], FIELD[cut:]) == ["dde_field"]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig"])
def test_encodings_do_not_matter(codec: str) -> None:
    """Office reads UTF-16 as well."""
    assert kinds((b"<x>" + FIELD).decode().encode(codec)) == ["dde_field"]


def test_text_without_tags_is_unreadable() -> None:
    """A megabyte of it is no document."""
    with pytest.raises(Unreadable):
        kinds(b"x" * 2_000_000)


def test_numbers_do_not_make_markup() -> None:
    """A parser reads them as text."""
    assert kinds(b"<x>&#60;!ENTITY &#x3c;ddeLink</x>") == []
