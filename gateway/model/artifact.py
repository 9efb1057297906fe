"""One file found anywhere in a message, however it was hidden."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.model.span import Span


class Role(StrEnum):
    """What a file is to the message; parts that a message is made of pass if they are what they say."""

    BODY = "body"
    """A text or html body without a file name."""
    SIGNATURE = "signature"
    """The signature part of multipart/signed (RFC 1847)."""
    REPORT = "report"
    """A machine-readable part of multipart/report and the headers it returns (RFC 6522)."""
    CALENDAR = "calendar"
    """text/calendar with method= inside multipart/alternative (RFC 6047)."""
    WRAPPER = "wrapper"
    """Carries parts of the message in another form: opaque-signed content (RFC 8551) and the entity inside it."""
    ATTACHMENT = "attachment"
    """Any other leaf of the MIME tree, and files encoded inside text (uuencode)."""
    MEMBER = "member"
    """A file inside a container."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file, with what it claims beside what it is; the two are never merged."""

    where: str
    """Its path: "2.1" for a MIME part, "2.1/invoice.zip/setup.exe" for a member."""
    role: Role
    names: tuple[str, ...]
    """Every name that some client would show, as found; empty where it has none."""
    declared: str
    """The declared media type, lower case; empty where there is no claim."""
    detected: str
    """The media type that the content shows, lower case; "application/octet-stream" if unknown."""
    size: int
    """Decoded, in bytes."""
    sha256: str
    """Of the decoded bytes, hexadecimal."""
    depth: int
    """Containers around it; 0 for a part of the message itself."""
    part: tuple[int, ...]
    """Path of the MIME part that it came from."""
    content: Span
    """Where its decoded bytes lie in the scratch of the examination."""
    encrypted: bool = False
    is_container: bool = False
    """Its members were listed to the end and are artifacts of their own."""
