"""Data of electronic invoices."""

import pytest

from gateway.unpack.invoices import attached_files, is_invoice, starts_invoice
from tests.unit.unpack.documents import INVOICE

UBL = b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"></Invoice>'


@pytest.mark.parametrize("content", [INVOICE, UBL, b"\xef\xbb\xbf<!-- made by x -->\n" + UBL])
def test_invoice_is_known_by_its_root(content: bytes) -> None:
    """And by the name space of the standard."""
    assert starts_invoice(("xrechnung.xml",), content)
    assert is_invoice(content)


@pytest.mark.parametrize(
    ("names", "content"),
    [(("a.exe",), UBL), (("a.xml", "b.html"), UBL), ((), b"<Invoice/>"), ((), b"<html></html>")],
)
def test_other_files_are_not(names: tuple[str, ...], content: bytes) -> None:
    """Neither by name nor by content."""
    assert not starts_invoice(names, content)


@pytest.mark.parametrize(
    "inside",
    [b"<script/>", b"<!DOCTYPE x>", b"<?xml-stylesheet href='a'?>", b"<x:html/>", b"\0", b"<AttachmentBinaryObject>%"],
)
def test_foreign_markup_makes_it_a_file(inside: bytes) -> None:
    """A browser would show or run it."""
    assert not is_invoice(INVOICE % inside)


def test_documents_that_come_with_it_are_listed() -> None:
    """With the name that they are given."""
    content = (
        b"<EmbeddedDocumentBinaryObject mimeCode='a/b' filename='a.pdf'>SGVs\n bG8=</EmbeddedDocumentBinaryObject>"
    )

    assert [(one.names, list(one.chunks)) for one in attached_files(content)] == [(("a.pdf",), [b"Hello"])]
