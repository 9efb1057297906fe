"""What is text, and which kind."""

import pytest

from gateway.filetype.text import body_type, is_text, text_type
from gateway.model.finding import FindingKind
from tests import builders


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"plain\r\n",
        "Grüße aus Köln, καλημέρα, 日本語".encode(),
        "Grüße".encode("latin-1"),
        "日本語のメール".encode("iso-2022-jp") * 20,
        "日本語のメール".encode("shift-jis") * 20,
        "русский текст".encode("koi8-r"),
        "text mit BOM".encode("utf-16"),
        b"\xef\xbb\xbfwith a mark",
        b"page one\x0cpage two\x1a",
        b"one stray \x03 control byte" + b" in a long line of words" * 8,
    ],
)
def test_text_in_any_character_set_is_text(content: bytes) -> None:
    """Honest mail is written in many ways."""
    assert is_text(memoryview(content))


@pytest.mark.parametrize(
    "content",
    [
        b"text with \0 NUL",
        builders.program(),
        builders.photo(),
        builders.zip_of({"a": b"a"}),
        bytes(range(1, 256)),
        b"\xff\xfe" + b"M\0Z\0\0\0\x03\0",
        b"words " * 100_000 + b"\0",
        (b"words " * 3_000 + b"\0").ljust(600_000, b"."),
    ],
)
def test_binary_is_not_text(content: bytes) -> None:
    """A NUL byte anywhere, or many control bytes, are no text."""
    assert not is_text(memoryview(content))


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"MZ is how programs begin, BM how pictures do.\n", "text/plain"),
        (b"Please see %PDF-1.4 in the first line.\n", "text/plain"),
        (b"-----BEGIN PGP SIGNATURE-----\n\niQ\n", "application/pgp-signature"),
        (b"Version: 1\r\n", "application/pgp-encrypted"),
        (b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n", "text/plain"),
        (b"-----BEGIN CERTIFICATE-----\nMII\n", "application/x-pem-file"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "text/calendar"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\n", "text/vcard"),
        (b"{\\rtf1\\ansi text}", "application/rtf"),
        (b"%!PS-Adobe-3.0\n", "application/postscript"),
        (b"[InternetShortcut]\r\nURL=file://x\r\n", "application/x-mswinurl"),
        (b"#c\n[Desktop Entry]\nExec=sh\n", "application/x-desktop"),
        (b"[Shell]\r\nCommand=2\r\nIconFile=\\\\x\\y\r\n", "text/x-ms-scf"),
        (b"Windows Registry Editor Version 5.00\r\n", "text/x-ms-regedit"),
        ("Windows Registry Editor Version 5.00\r\n".encode("utf-16"), "text/x-ms-regedit"),
        (b'; setup\r\n[Version]\r\nSignature="$Windows NT$"\r\n', "text/x-inf"),
        (b"; c\r\n[Theme]\r\nDisplayName=x\r\n", "application/x-ms-library"),
        (b"WEB\r\n1\r\nhttp://a.example/x\r\n", "text/x-script"),
        (b"ID;PSCALC3\r\nC;X1;Y1;EA()\r\nE\r\n", "text/x-script"),
        ("http://a.example/x.application#x, Culture=neutral".encode("utf-16"), "application/x-mswinurl"),
        (b"screen mode id:i:2\r\nfull address:s:a.example\r\n", "application/x-rdp"),
        (b"eval(function(p,a,c,k,e,d){return p}('0',1,1,''))", "text/javascript"),
        (b"!function(){var a=1}()", "text/javascript"),
        (b"[][(![]+[])[+[]]+(![]+[])[!+[]+!+[]]+(![]+[])[+!+[]]+(!![]+[])[+[]]]", "text/javascript"),
        (b"evaluate (the) figures; [see there]\n", "text/plain"),
        (b"ID;Price;Amount\r\n1;2;3\r\n", "text/plain"),
        (b"From: a@b\nTo: c@d\nSubject: x\nDate: now\n\nHello\n", "message/rfc822"),
        (b"From a@b Mon Jan\nReceived: x\n y\nFrom: a@b\nTo: c@d\n\n", "message/rfc822"),
        (b"From: <Saved>\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\n", "multipart/related"),
        (b"Subject: my thoughts\n\nfrom: time to time\n", "text/plain"),
        (b"name;street;town\r\nAnna;Main;Rome\r\n", "text/plain"),
        (b"<html><body>x</body></html>", "text/html"),
        (b"#!/bin/sh\necho x\n", "text/x-shellscript"),
    ],
)
def test_kind_of_text_is_told(content: bytes, media_type: str) -> None:
    """Structured texts have types of their own, prose that mentions them has not."""
    assert text_type(memoryview(content)).media_type == media_type


def test_pdf_without_binary_bytes_is_a_pdf() -> None:
    """Mark and end together are no prose."""
    assert text_type(memoryview(b"%PDF-1.4\n1 0 obj\nendobj\nstartxref\n0\n%%EOF\n")).media_type == "application/pdf"


def test_pgp_message_is_locked() -> None:
    """Armoured ciphertext is text that nobody here can judge, in a body and in a file."""
    message = memoryview(b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n")
    shown = body_type(message)

    assert text_type(message).encrypted
    assert shown is not None
    assert shown.encrypted


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"Hello\r\n", "text/plain"),
        (b"  <!-- x --><div>Hello</div>", "text/html"),
        (b"#!/bin/sh\nis how a script begins\n", "text/plain"),
        (b"From: a\nTo: b\nDate: c\n\nas you wrote\n", "text/plain"),
    ],
)
def test_body_is_prose_or_html(content: bytes, media_type: str) -> None:
    """In a body, source code and quoted headers are only shown."""
    shown = body_type(memoryview(content))

    assert shown is not None
    assert shown.media_type == media_type


def test_binary_body_is_none() -> None:
    """A body that is not text is a file in hiding, and so is a PDF without binary bytes."""
    assert body_type(memoryview(builders.program())) is None
    assert body_type(memoryview(b"%PDF-1.4\n1 0 obj\nendobj\nstartxref\n0\n%%EOF\n")) is None


@pytest.mark.parametrize(
    ("content", "is_link"),
    [
        (b"=cmd|' /C calc'!A0,1\r\n", True),
        (b"1,2\r\n3,@SUM(1+1)*cmd|' /C calc'!A0\r\n", True),
        (b"a;\"=MSEXCEL|'x'!x\"\r\n", True),
        (b"- press a | b !important\r\n| a | b |\r\n-1|2|3\r\n", False),
        (b"x = a|b!c and =cmd is a word\r\n", False),
    ],
)
def test_cell_that_starts_a_program_is_noticed(content: bytes, is_link: bool) -> None:  # noqa: FBT001 - a parameter
    """A spreadsheet follows the link; prose and tables with bars have none."""
    assert [note.kind for note in text_type(memoryview(content)).notes] == [FindingKind.DDE_FIELD] * is_link
