"""Files that were dropped into documents."""

import pytest

from gateway.unpack.opener import Unreadable
from gateway.unpack.packages import dropped_file, packaged_file
from tests.unit.unpack.documents import dropped


def test_names_and_data_are_read() -> None:
    """The label and the last name of both paths."""
    found = dropped_file(dropped("b.js", b"data"))

    assert (found.names, list(found.chunks)) == (("b.js",), [b"data"])


def test_unicode_names_are_read_too() -> None:
    """Newer writers repeat the names."""
    wide = "C:\\\u00e4.exe".encode("utf-16-le")
    packed = dropped("b.js", b"data")[4:] + (len(wide) // 2).to_bytes(4, "little") + wide
    found = packaged_file(packed)

    assert found is not None
    assert found.names == ("\u00e4.exe", "b.js")


def test_data_of_another_program_has_no_name() -> None:
    """Paint keeps its picture as it is."""
    assert dropped_file(b"\4\0\0\0BM..more") == dropped_file(b"\4\0\0\0BM..")


@pytest.mark.parametrize("cut", range(1, 30, 4))
def test_cut_off_file_is_unreadable(cut: int) -> None:
    """Its announced size is more than there is."""
    with pytest.raises(Unreadable):
        packaged_file(dropped("b.js", b"x" * 40)[4:-cut])
