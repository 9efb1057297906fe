"""File specifications of a PDF."""

import pytest

from gateway.unpack.pdf_files import file_names, links, referred


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (b"/F(a.pdf)/UF(a.pdf)", ("a.pdf",)),
        (b"/UF(\xfe\xff\0a\0\xe4\0.\0p)", ("a\u00e4.p",)),
        (b"/UF<FEFF0061002E0070>", ("a.p",)),
        (b"/F(\\141\\(1\\).e\\\nxe)", ("a(1).exe",)),
        (b"/UF(\xef\xbb\xbf\xc3\xa4)", ("\u00e4",)),
        (b"/F 5 0 R", ()),
    ],
)
def test_names_are_read_in_every_form(text: bytes, names: tuple[str, ...]) -> None:
    """Literal and hexadecimal strings, in three character sets."""
    assert file_names(text) == names


def test_references_of_a_specification_are_read() -> None:
    """A dictionary, or a reference to one."""
    assert referred(b"/EF<</F 5 0 R/UF 6 0 R>> /EF 7 0 R /EFF 8 0 R") == [5, 6, 7]
    assert links(b"<</F 5 0 R>>") == [5]
