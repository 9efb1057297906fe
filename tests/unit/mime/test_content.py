"""What the structural fields of a part say."""

import pytest

from gateway.mime.content import Content, describe
from gateway.mime.fields import read_header
from gateway.model.finding import FindingKind
from gateway.model.limits import Limits
from gateway.model.span import Span


def content(head: bytes, default: str = "text/plain") -> Content:
    header = read_header(head, Span(0, len(head)), Limits(), 100)
    return describe(head, header.fields, default)


def kinds(head: bytes) -> list[FindingKind]:
    return [kind for kind, _ in content(head).oddities]


def test_ordinary_attachment_is_described() -> None:
    """Type, parameters, disposition, encoding and names come from their fields."""
    found = content(
        b"Content-Type: Application/PDF; name=b.pdf\r\n"
        b"Content-Transfer-Encoding: BASE64\r\n"
        b"Content-Disposition: Attachment; filename=a.pdf\r\n"
    )

    expected = ("application/pdf", (("name", "b.pdf"),), "attachment", "base64", ("a.pdf", "b.pdf"), ())
    actual = (found.media_type, found.params, found.disposition, found.encoding, found.names, found.oddities)
    assert expected == actual


@pytest.mark.parametrize(
    ("head", "default", "expected"),
    [
        (b"X: y\r\n", "text/plain", ("text/plain", "")),
        (b"X: y\r\n", "message/rfc822", ("message/rfc822", "")),
        (b"Content-Type: text\r\n", "text/plain", ("text/plain", "")),
        (b"Content-Type:\r\n", "message/rfc822", ("text/plain", "")),
        (b"Content-Type: image/svg+xml; x=y\r\n", "text/plain", ("image/svg+xml", "image/svg+xml")),
        (b"Content-Type: text/a/b\r\n", "text/plain", ("text/plain", "")),
    ],
)
def test_type_falls_back_to_plain_text(head: bytes, default: str, expected: tuple[str, str]) -> None:
    """What is no media type counts as text/plain (RFC 2045 section 5.2), and claims nothing."""
    found = content(head, default)

    assert expected == (found.media_type, found.declared)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"Content-Type: text/plain\r\nContent-Type: TEXT/plain\r\n", [FindingKind.DUPLICATE_FIELD]),
        (b"Content-Type: text/plain\r\nContent-Type: text/html\r\n", [FindingKind.CONFLICTING_FIELD]),
        (b"Content-Type: text/plain\r\n" * 9, [FindingKind.CONFLICTING_FIELD]),
        (b"Content-Disposition: inline\r\nContent-Disposition: attachment\r\n", [FindingKind.CONFLICTING_FIELD]),
        (b"MIME-Version: 1.0\r\nMIME-Version: 1.0 (again)\r\n", [FindingKind.DUPLICATE_FIELD]),
        (b"MIME-Version: 1.0\r\nMIME-Version: 2.0\r\n", [FindingKind.CONFLICTING_FIELD]),
        (
            b"Content-Transfer-Encoding: base64\r\ncontent-transfer-encoding: 8bit\r\n",
            [FindingKind.CONFLICTING_FIELD],
        ),
        (b"Content-Transfer-Encoding: x-uuencode\r\n", [FindingKind.ENCODING_UNKNOWN]),
        (b"Content-Transfer-Encoding: base64 (x)\r\n", [FindingKind.ENCODING_UNKNOWN]),
        (b"Content-Transfer-Encoding: 8-bit\r\n", []),
        (b"Content-Transfer-Encoding:\r\n", []),
        (b"Content-Type: =?utf-8?q?text/plain?=\r\n", [FindingKind.BAD_CONTENT_TYPE]),
        (b"Content-Type: jpeg\r\n", [FindingKind.BAD_CONTENT_TYPE]),
        (b"Content-Type: message/partial; number=1\r\n", [FindingKind.PARTIAL_MESSAGE]),
        (b"Content-Type: message/external-body; access-type=url\r\n", [FindingKind.EXTERNAL_BODY]),
    ],
)
def test_oddities_of_structural_fields(head: bytes, expected: list[FindingKind]) -> None:
    """Each oddity is named once, and honest oddness not at all."""
    assert expected == kinds(head)


def test_names_come_from_every_repeated_field() -> None:
    """A reader that takes the last field must not see a name that was never judged."""
    head = b"Content-Disposition: attachment; filename=a.pdf\r\nContent-Disposition: attachment; filename=b.exe\r\n"

    assert content(head).names == ("a.pdf", "b.exe")


def test_location_names_files_but_not_bodies() -> None:
    """The Content-Location of an inline image is a name, that of a shown text is not."""
    location = b"Content-Location: https://a.example/dir/logo.png?x=y\r\n"

    assert content(b"Content-Type: image/png\r\n" + location).names == ("logo.png",)
    assert content(b"Content-Type: text/html\r\n" + location).names == ()
