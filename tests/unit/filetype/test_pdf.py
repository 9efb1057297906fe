"""PDFs with more than pages in them."""

import pytest

from gateway.filetype.identified import Note
from gateway.filetype.pdf import pdf_notes, starts_pdf
from gateway.model.finding import FindingKind
from tests import builders

PDF = builders.document()


def notes(content: bytes) -> list[Note]:
    """Return what is noticed about a PDF."""
    return list(pdf_notes(memoryview(content)))


@pytest.mark.parametrize(
    "content",
    [
        PDF,
        PDF + b"\r\n\0\0",
        b"\r\n" + PDF,
        b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf; charset=x\r\n\r\n" + PDF,
        b"\xef\xbb\xbf" + PDF,
        b'@PJL SET JOBNAME="Figures"\r\n' + PDF,
        PDF + b"\n<!-- served in 3 ms -->\n",
        PDF[:-300],
    ],
)
def test_honest_pdf_is_clean(content: bytes) -> None:
    """Stray bytes of servers and mail programs around a PDF are common."""
    assert notes(content) == []


@pytest.mark.parametrize(
    "content",
    [
        PDF + builders.program(),
        PDF + b"<html><script>x</script>",
        b"GIF89a\x01\0\x01\0\0\0\0" + PDF,
        b"<html><!--" + PDF,
        b"/*\n" + PDF + b"*/alert(1)",
        b"#!/bin/sh\nrm -r ~\n" + PDF,
        b"@echo off\r\nstart calc\r\n" + PDF,
        b"@start calc\r\n" + PDF,
        b"%!PS\n" + PDF,
        b"%PDF-1.4\n" + builders.program(),
        PDF[:-300] + builders.program(),
    ],
)
def test_second_file_around_is_a_polyglot(content: bytes) -> None:
    """Another reader would open the other file."""
    assert [note.kind for note in notes(content)] == [FindingKind.POLYGLOT]


def test_much_data_behind_is_foreign() -> None:
    """Readers look for the end in the last 1,024 bytes."""
    assert [note.kind for note in notes(PDF + b"\x01data" * 500)] == [FindingKind.TRAILING_DATA]


def test_pdf_starts_within_the_first_kilobyte() -> None:
    """That is where readers look."""
    assert starts_pdf(b"x" * 1_000 + PDF) == 1_000
    assert starts_pdf(b"x" * 1_030 + PDF) == -1
