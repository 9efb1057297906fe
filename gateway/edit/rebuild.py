"""A new message from the judged parts of an ambiguous one, which every reader sees alike.

Promises that the content of each leaf is the one that was judged, byte for byte; that every structural field,
every boundary and every transfer encoding is written afresh, in one form only; and that nothing outside the
parts is left. Other header fields stay as they came, except for bytes and folding that readers differ on.
Signed and encrypted parts cannot be rebuilt.
"""

import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pybase64

from gateway.edit.fields import content_type, disposition, kept
from gateway.edit.removal import SEALED
from gateway.mime.compose import Entity
from gateway.model.artifact import Artifact, Role
from gateway.model.limits import MIB
from gateway.model.message import Message, Part
from gateway.model.span import Span

_NONE: Mapping[Span, bytes] = MappingProxyType({})
_NO_ENTITIES: Mapping[str, Entity] = MappingProxyType({})
_CRLF = b"\r\n"
_MOST_TEXT = 1 * MIB
"""Longer texts are written in base64, in bounded pieces."""
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_LINE = 57
"""Bytes in a line of base64 of 76 characters (RFC 2045 section 6.8)."""


class Unbuildable(Exception):
    """A part cannot be written anew; the message must not leave."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the bytes are."""

    original: Callable[[Span], bytes]
    """Reads a span of the message as it came; asked for header fields only."""
    content: Callable[[Span], Iterable[bytes]]
    """Reads the decoded bytes of an artifact, in bounded pieces."""
    seed: str
    """Something the sender cannot know; boundaries are made of it."""


def rebuild(
    message: Message,
    artifacts: Iterable[Artifact],
    source: Source,
    fields: Mapping[Span, bytes] = _NONE,
    entities: Mapping[str, Entity] = _NO_ENTITIES,
) -> Iterator[bytes]:
    """Yield the new message, with other `fields` and `entities` in the places of some that came.

    Raises `Unbuildable` before its end where a part has no judged content.
    """
    by_place = {one.where: one for one in reversed(list(artifacts))}
    yield from _Builder(by_place, source, fields, entities).entity(message.root, is_message=True)


class _Builder:
    def __init__(
        self,
        by_place: dict[str, Artifact],
        source: Source,
        fields: Mapping[Span, bytes],
        entities: Mapping[str, Entity],
    ) -> None:
        self._by_place = by_place
        self._source = source
        self._fields = fields
        self._entities = entities

    def entity(self, part: Part, *, is_message: bool) -> Iterator[bytes]:
        """Yield the header and body of one part and all below it."""
        replaced = self._entities.get(part.where)
        if replaced is not None and not is_message:
            yield replaced.whole
            return
        for field in part.fields:
            goes = replaced is not None and field.name.startswith(b"content-")
            if not goes and (raw := self._field(field.raw)):
                yield kept(field.name, raw)
        if is_message:
            yield b"MIME-Version: 1.0\r\n"
        if replaced is not None:
            yield replaced.whole
        elif part.children:
            yield from self._composite(part)
        else:
            yield from self._leaf(part, is_last=not part.path)

    def _field(self, raw: Span) -> bytes:
        changed = self._fields.get(raw)
        return self._source.original(raw) if changed is None else changed

    def _composite(self, part: Part) -> Iterator[bytes]:
        if part.media_type in SEALED:
            raise Unbuildable(f"{part.where} is {part.media_type}")
        if not part.is_multipart:
            yield content_type(part.media_type, (), ()) + _CRLF
            yield from self.entity(part.children[0], is_message=True)
            return
        boundary = self._boundary(part)
        yield content_type(part.media_type, (("boundary", boundary), *part.params), ()) + _CRLF
        delimiter = b"--" + boundary.encode()
        for child in part.children:
            yield delimiter + _CRLF
            yield from self.entity(child, is_message=False)
            yield _CRLF
        yield delimiter + b"--" + _CRLF

    def _boundary(self, part: Part) -> str:
        """Make a boundary that nothing holds: base64 and quoted-printable cannot, and no field can know it."""
        digest = hashlib.sha256(f"{self._source.seed}/{part.where}".encode("utf-8", "replace"))
        return f"=_postern_{digest.hexdigest()[:32]}"

    def _leaf(self, part: Part, *, is_last: bool) -> Iterator[bytes]:
        judged = self._by_place.get(part.where)
        if judged is None or part.is_composite:
            raise Unbuildable(f"{part.where} has no content of its own")
        is_text = part.media_type.startswith("text/") and judged.role is not Role.ATTACHMENT
        declared = part.declared or (part.media_type if is_text else judged.detected)
        if declared.startswith(("message/", "multipart/")) and not part.declared:
            declared = "application/octet-stream"  # a leaf must not become something that holds parts
        yield content_type(declared, part.params, judged.names)
        yield disposition(part.disposition, judged.names, is_file=judged.role is Role.ATTACHMENT)
        text = b"".join(self._source.content(judged.content)) if is_text and judged.size <= _MOST_TEXT else None
        if text is None or _BARE.search(text) or len(quoted := _quoted_printable(text)) > 2 * len(text) + _LINE:
            yield b"Content-Transfer-Encoding: base64\r\n\r\n"
            yield from _base64(self._source.content(judged.content))
        else:
            yield b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
            yield quoted
            if is_last and quoted and not quoted.endswith(_CRLF):
                yield b"=\r\n"


def _quoted_printable(text: bytes) -> bytes:
    return _BARE.sub(_CRLF, binascii.b2a_qp(text))


def _base64(chunks: Iterable[bytes]) -> Iterator[bytes]:
    waiting = b""
    for chunk in chunks:
        data = waiting + chunk
        whole = len(data) - len(data) % _LINE
        waiting = data[whole:]
        yield _lines(data[:whole])
    yield _lines(waiting)


def _lines(data: bytes) -> bytes:
    return pybase64.encodebytes(data).replace(b"\n", _CRLF)
