"""What a soak sends: honest and hostile mail, each with a token of its own in its first field."""

import itertools
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests import builders
from tests.services.clamd import EICAR

MARK = b"X-Soak: "
UNKNOWN = "nobody@example.test"
"""Whom the next hop refuses; a mail to others beside this one must reach exactly those."""
RECIPIENTS = (*(f"user{number}@example.test" for number in range(8)), UNKNOWN)
_VIDEO = 3_000_000
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Soaked:
    """One mail."""

    token: str
    raw: bytes
    is_honest: bool
    recipients: tuple[str, ...]


def _text() -> bytes:
    return builders.text(f"nothing but text {os.urandom(512).hex()}\r\n.a line with a dot\r\n")


def _photo() -> bytes:
    return _with(builders.photo(), "image/jpeg", "photo.jpg")


def _document() -> bytes:
    return _with(builders.document(), "application/pdf", "invoice.pdf")


def _video() -> bytes:
    clip = builders.clip()
    filling = _VIDEO - len(clip)
    return _with(clip + struct.pack(">I", filling) + b"mdat" + os.urandom(filling - 8), "video/mp4", "clip.mp4")


def _program() -> bytes:
    return _with(builders.program(), "application/octet-stream", "setup.exe")


def _disguise() -> bytes:
    return _with(builders.program(), "application/pdf", "report.pdf")


def _zipped_program() -> bytes:
    return _with(builders.zip_of({"run.exe": builders.program()}), "application/zip", "files.zip")


def _virus() -> bytes:
    return _with(EICAR, "application/pdf", "eicar.pdf")


def _smuggled() -> bytes:
    return builders.text("the end?\r\n") + b"\n.\nMAIL FROM:<x@sender.example>\r\n"


def _with(content: bytes, media_type: str, name: str) -> bytes:
    return builders.multipart(builders.text("See the file.\r\n"), builders.part(content, media_type, name))


_HONEST: tuple[Callable[[], bytes], ...] = (_text, _text, _photo, _document, _video)
_HOSTILE: tuple[Callable[[], bytes], ...] = (_program, _disguise, _zipped_program, _virus, _smuggled)


def one(chance: Random) -> Soaked:
    """Make a mail; two of three are honest."""
    is_honest = chance.random() < 2 / 3
    token = f"{os.getpid()}-{next(_numbers)}"
    raw = builders.mail(chance.choice(_HONEST if is_honest else _HOSTILE)())
    recipients = chance.sample(RECIPIENTS, chance.choice((1, 1, 1, 2, 4)))
    return Soaked(token, MARK + token.encode() + b"\r\n" + raw, is_honest, tuple(recipients))
