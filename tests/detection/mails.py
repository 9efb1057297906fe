"""Short ways to write the mails of the set, on top of the builders: header lines and bodies as they are."""

from tests import builders
from tests.builders import CRLF

COVER = builders.text("Please see the attached file.\r\n")
"""What the recipient reads first."""


def raw(fields: str | bytes, body: str | bytes = b"", *, ordinary: bool = True) -> bytes:
    """Write an ordinary mail's fields, then `fields` (lines ending with LF become CR LF), a blank line, the body."""
    top = builders.ORDINARY if ordinary else ()
    return builders.head(top) + lines(fields) + CRLF + (lines(body) if isinstance(body, str) else body)


def lines(text: str | bytes) -> bytes:
    """Give text its CR LF, and bytes as they are."""
    return text.encode("utf-8", "surrogateescape").replace(b"\n", CRLF) if isinstance(text, str) else text


def attached(content: bytes, media_type: str, filename: str | None, encoding: str = "base64") -> bytes:
    """Return a mail with a text and a file."""
    return mixed(COVER, builders.part(content, media_type, filename, encoding))


def mixed(*parts: bytes, subtype: str = "mixed", params: str = "") -> bytes:
    """Return a mail of several parts."""
    return builders.mail(builders.multipart(*parts, subtype=subtype, params=params))


def part(fields: str | bytes, body: str | bytes) -> bytes:
    """Return an entity with the header lines given."""
    return lines(fields) + CRLF + (lines(body) if isinstance(body, str) else body)


def with_part(fields: str | bytes, body: str | bytes) -> bytes:
    """Return a mail of a text and a part with the header lines given."""
    return mixed(COVER, part(fields, body))


def b64(content: bytes) -> bytes:
    """Encode as mail programs do."""
    return builders.encoded(content, "base64")


def html(text: str) -> bytes:
    """Return an HTML mail."""
    return builders.mail(builders.text(f"<html><body>{text}</body></html>\r\n", "html"))
