"""Main streams of old Office documents."""

import pytest

from gateway.unpack.office_streams import excel_notes, show_notes, stored_objects, word_notes
from gateway.unpack.opener import Unreadable
from tests.unit.unpack.documents import record, show_record
from tests.unit.unpack.walked import budget


@pytest.mark.parametrize("text", [b"the word DDE in a letter", b"\x13 PAGE \x15 DDE ", b"\x13 DDEX "])
def test_letters_that_mention_dde_are_honest(text: bytes) -> None:
    """Only a field starts a program."""
    assert list(word_notes(bytes(12) + text)) == []


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        b"\x09",
        record(0x1AE, b"\2\0\1\4"),
        record(0x1AE, b"\1\0\x08\0\0book.xls") + record(0x17, b"\1\0\0\0\0\0\0\0"),
        record(0x0A, b"") + record(0x2F, b""),
        b"\0" * 4_000,
        record(0x85, b"\0"),
    ],
)
def test_honest_records_are_clean(stream: bytes) -> None:
    """Links to other workbooks are common; what follows the workbook's own records is a sheet's."""
    assert list(excel_notes(stream, budget())) == []


def test_presentation_without_a_password_is_clean() -> None:
    """Another mark says so."""
    assert list(show_notes(bytes(12) + b"\x5f\xc0\x91\xe3")) == []


def test_packed_storage_that_ends_early_is_unreadable() -> None:
    """Its rest may be anything."""
    (member,) = stored_objects(show_record(0x1011, bytes(4) + b"\x78\x9c\x4b", 0x10), budget())

    with pytest.raises(Unreadable):
        list(member.chunks)
