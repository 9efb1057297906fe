"""The sample mails of `make run`, made when they are sent."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests import builders


@dataclass(frozen=True, slots=True)
class Sample:
    """A mail, and what a reader of the table should know of it."""

    title: str
    raw: bytes


def samples() -> Iterator[Sample]:
    """Yield the mails, harmless ones first."""
    yield _with("a PDF", builders.document(), "application/pdf", "invoice.pdf")
    yield _with("a photo", builders.photo(), "image/jpeg", "holiday.jpg")
    yield _with("a video", builders.clip(), "video/mp4", "clip.mp4")
    yield _with("a program", builders.program(), "application/octet-stream", "setup.exe")
    yield _with("a program named .pdf", builders.program(), "application/pdf", "report.pdf")
    script = builders.zip_of({"readme.txt": b"Please run me.\r\n", "run.js": b"WScript.Echo('hello');\r\n"})
    yield _with("a zip with a script", script, "application/zip", "pictures.zip")
    yield _with("EICAR, a harmless test virus", builders.eicar(), "application/pdf", "eicar.pdf")
    yield Sample("a forwarded mail with a program", _forwarded())


def _with(title: str, content: bytes, media_type: str, filename: str) -> Sample:
    return Sample(title, _mail(title, builders.part(content, media_type, filename)))


def _forwarded() -> bytes:
    inner = _mail("look at this", builders.part(builders.program(), "application/octet-stream", "game.exe"), "inner")
    forwarded = builders.message(headers=[("Content-Type", "message/rfc822")], body=inner)
    return _mail("Fwd: look at this", forwarded)


def _mail(subject: str, attachment: bytes, boundary: str = "outer") -> bytes:
    headers = [(name, subject if name == "Subject" else value) for name, value in builders.ORDINARY]
    return builders.mail(builders.multipart(builders.text(), attachment, boundary=boundary), headers=headers)
