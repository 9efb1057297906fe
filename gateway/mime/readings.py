"""The other messages that readers could see in an ambiguous part.

`split` takes the reading that most programs take. Each `Reading` here is the part written again so that another
reading of it is the only one: a multipart with another boundary, a body in another transfer encoding. Whoever
judges the message splits these entities too, and judges what is in them. Boundaries are not only taken from the
header: every line that could be one is, so that no trick in the header hides a part. Bounded in number; in
linear time; never raises on content.
"""

import binascii
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from gateway.mime.buffer import Buffer
from gateway.mime.damage import joined_segments, qp_without_damage, strict_base64
from gateway.mime.params import parse
from gateway.model.finding import FindingKind
from gateway.model.message import Part

_K = FindingKind
_STRUCTURE = frozenset(
    (
        _K.NUL_IN_HEADER,
        _K.EIGHT_BIT_STRUCTURE,
        _K.JUNK_HEADER_LINE,
        _K.CONFLICTING_FIELD,
        _K.BAD_CONTENT_TYPE,
        _K.CONFLICTING_PARAMETER,
        _K.BOUNDARY_MISSING,
        _K.BOUNDARY_BAD,
        _K.BOUNDARY_NEVER_SEEN,
        _K.BOUNDARY_REUSED,
    )
)
"""Findings after which readers may look for other boundaries."""
_FIELDS = frozenset((_K.NUL_IN_HEADER, _K.EIGHT_BIT_STRUCTURE, _K.JUNK_HEADER_LINE, _K.ENCODING_UNKNOWN))
"""Findings after which readers may decode in another way."""
AGREEABLE = frozenset(
    (
        _K.JUNK_HEADER_LINE,
        _K.CONFLICTING_FIELD,
        _K.BAD_CONTENT_TYPE,
        _K.BOUNDARY_MISSING,
        _K.BOUNDARY_NEVER_SEEN,
        _K.BOUNDARY_PREFIXED,
        _K.ENCODING_UNKNOWN,
        _K.ENCODING_ON_COMPOSITE,
    )
)
"""Findings whose readings are all here: where these yield the same files, readers agree."""

_MOST_BOUNDARIES = 6
_LONGEST_BOUNDARY = 500
# A line that some header could make a delimiter: a field or a blank line follows.
_LIKE_DELIMITER = re.compile(rb"^--([^\r\n]{1,500}?)(?:--)?[ \t]*\r?\n(?=\r?\n|[!-9;-~]+[ \t]*:)", re.MULTILINE)
_BASE64 = re.compile(rb"\s*(?:[A-Za-z0-9+/]{4,}={0,2}\s+)+|\s*[A-Za-z0-9+/]{4,}={0,2}")
_BLANK_FOLD = re.compile(rb"\n[ \t]+\r?\n")
_BARE_CR = re.compile(rb"\r(?!\n)")
_CLEAN_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]*={0,2}\s*")
_LOOK = 4096
_QP = re.compile(rb"=[0-9A-Fa-f]{2}|=[ \t]*\r?\n")
_SHORT = 16
_IN_PLACES = bytes.maketrans(b"/~", b"__")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a part."""

    label: str
    """Such as "base64" or "boundary:b"; unique within the part."""
    entity: bytes
    """A header and a body that every program reads in this way."""
    is_noise: bool = False
    """It shows the encoded text of another reading: no file, but not the same either."""
    is_only: bool = False
    """Every other reading shows encoded text: whoever sees anything sees this."""


def readings(data: Buffer, part: Part, kinds: Collection[FindingKind]) -> Iterator[Reading]:
    """Yield how else readers could see `part`, of which `kinds` were found."""
    body = data[part.body.start : part.body.end]
    found = frozenset(kinds)
    if part.is_composite and found & {_K.ENCODING_ON_COMPOSITE, _K.ENCODING_UNKNOWN, _K.CONFLICTING_FIELD}:
        yield from _decoded_composite(data, part, body)
    if _K.CONFLICTING_FIELD in found:
        yield from _other_types(data, part, body)
    if _K.JUNK_HEADER_LINE in found:
        end = _early_end(data, part)
        yield Reading("early", data[part.whole.start : end] + b"\r\n" + data[end : part.whole.end])
    if found & {_K.JUNK_HEADER_LINE, _K.BOUNDARY_BAD} and _BARE_CR.search(data, part.whole.start, part.whole.end):
        yield Reading("cr", _BARE_CR.sub(b"\r\n", data[part.whole.start : part.whole.end]))
    if found & _STRUCTURE:
        yield from _other_boundaries(data, part, found)
    if found & {_K.BOUNDARY_REUSED, _K.BOUNDARY_PREFIXED}:
        yield from _loose_delimiters(part, body, is_closed_twice=_K.BOUNDARY_REUSED in found)
    if not part.is_composite and (found & _FIELDS or _stands_twice(part, b"content-transfer-encoding")):
        yield from _other_encodings(data, part, body, is_known=_K.ENCODING_UNKNOWN not in found)
    if _K.ENCODING_AMBIGUOUS in found:
        yield from _repaired(data, part, body)


def _stands_twice(part: Part, name: bytes) -> bool:
    return sum(field.name == name for field in part.fields) > 1


def _boundary(part: Part) -> bytes:
    return next((value for name, value in part.params if name == "boundary"), "").rstrip(" \t").encode()


def _head(data: Buffer, part: Part, kept: Collection[bytes], encoding: str = "") -> bytes:
    """Write a header of the first field of each name in `kept`, and an encoding."""
    first = {field.name: field for field in reversed(part.fields) if field.name in kept}
    lines = [data[one.raw.start : one.raw.end].rstrip(b"\r\n") + b"\r\n" for one in first.values()]
    if encoding:
        lines.append(f"Content-Transfer-Encoding: {encoding}\r\n".encode())
    return b"".join((*lines, b"\r\n"))


def _as_declared(data: Buffer, part: Part, encoding: str, body: bytes) -> bytes:
    """Write the leaf with another encoding, and its type and names as they are."""
    return _head(data, part, {b"content-type", b"content-disposition"}, encoding) + body


def _other_types(data: Buffer, part: Part, body: bytes) -> Iterator[Reading]:
    """Read the second and later Content-Type and Content-Disposition fields, as the last to count."""
    for name in (b"content-type", b"content-disposition"):
        same = [field for field in part.fields if field.name == name]
        for number, field in enumerate(same[1:_MOST_BOUNDARIES], 2):
            line = data[field.raw.start : field.raw.end].rstrip(b"\r\n") + b"\r\n"
            others = {b"content-type", b"content-disposition", b"content-transfer-encoding"} - {name}
            yield Reading(f"{name.decode()[8:]}:{number}", line + _head(data, part, others) + body)


def _other_boundaries(data: Buffer, part: Part, found: frozenset[FindingKind]) -> Iterator[Reading]:
    """Read the part as a multipart with each boundary that a header claims or a line could be."""
    has_odd_head = bool(found & {_K.NUL_IN_HEADER, _K.EIGHT_BIT_STRUCTURE, _K.JUNK_HEADER_LINE})
    start = part.whole.start if has_odd_head else part.body.start
    body = data[start : part.whole.end]
    seen = {_boundary(part)} if part.children else set()
    for boundary in _boundaries(data, part, body):
        if boundary in seen:
            continue
        if len(seen) > _MOST_BOUNDARIES:
            return
        seen.add(boundary)
        label = boundary[:40].translate(_IN_PLACES).decode("ascii", "backslashreplace")
        yield Reading(f"boundary:{label}", _multipart(boundary) + body)


def _boundaries(data: Buffer, part: Part, body: bytes) -> Iterator[bytes]:
    for field in part.fields:
        if field.name == b"content-type":
            for value in parse(data[field.value.start : field.value.end]).values("boundary"):
                raw = value.rstrip(" \t").encode()
                if raw and b"--" + raw in body:
                    yield raw[:_LONGEST_BOUNDARY]
    for line in _LIKE_DELIMITER.finditer(body):
        yield line[1].rstrip(b" \t")


def _multipart(boundary: bytes) -> bytes:
    quoted = boundary.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return b'Content-Type: multipart/mixed; boundary="' + quoted + b'"\r\n\r\n'


def _loose_delimiters(part: Part, body: bytes, *, is_closed_twice: bool) -> Iterator[Reading]:
    """Read as programs that compare the beginning of a line only, or that do not stop at the closing boundary."""
    if not (boundary := _boundary(part)):
        return
    mark = re.escape(b"--" + boundary)
    head = _multipart(boundary)
    yield Reading("prefix", head + re.sub(rb"(?m)^" + mark + rb"(?!--[ \t]*\r?$)[^\r\n]+", b"--" + boundary, body))
    if is_closed_twice:
        yield Reading("onward", head + re.sub(rb"(?m)^" + mark + rb"--", b"--" + boundary, body))


def _other_encodings(data: Buffer, part: Part, body: bytes, *, is_known: bool) -> Iterator[Reading]:
    """Read a leaf in the encodings that its text could be in."""
    is_base64 = _looks_like_base64(body)
    if part.encoding != "base64" and is_base64:
        yield Reading("base64", _as_declared(data, part, "base64", body))
    elif part.encoding != "quoted-printable" and _QP.search(body):
        yield Reading("quoted-printable", _as_declared(data, part, "quoted-printable", body))
    if part.encoding in {"base64", "quoted-printable"} and is_known:
        yield Reading("8bit", _as_declared(data, part, "8bit", body), is_noise=is_base64)
    if not is_known and not part.media_type.startswith("text/"):
        yield Reading("text", b"Content-Type: text/plain\r\n\r\n" + body)


def _looks_like_base64(body: bytes) -> bool:
    start = body[:_LOOK]
    found = _BASE64.match(start)
    return found is not None and len(start.strip()) >= _SHORT and found.end() >= len(start) * 3 // 4


def _repaired(data: Buffer, part: Part, body: bytes) -> Iterator[Reading]:
    """Read damaged base64 or quoted-printable as the strict do, and as those that go on behind padding."""
    if part.encoding == "base64":
        yield Reading("strict", _as_declared(data, part, "binary", strict_base64(body)))
        yield Reading("joined", _as_declared(data, part, "binary", joined_segments(body)))
    elif part.encoding == "quoted-printable":
        yield Reading("undamaged", _as_declared(data, part, "quoted-printable", qp_without_damage(body)))


def _decoded_composite(data: Buffer, part: Part, body: bytes) -> Iterator[Reading]:
    """Read a composite part as programs that decode it, unless nothing is there for them."""
    known = part.encoding in _DECODERS
    for encoding, decode in _DECODERS.items():
        if known and encoding != part.encoding:
            continue
        decoded = decode(body)
        if decoded == body or (part.is_multipart and b"--" + _boundary(part) not in decoded):
            continue
        is_only = part.holds_encoded_message and _CLEAN_BASE64.fullmatch(body) is not None
        yield Reading(encoding, _head(data, part, {b"content-type"}) + decoded, is_only=is_only)


def _early_end(data: Buffer, part: Part) -> int:
    """Return where a reader ends the header that stops at the first line which is no field."""
    at = part.head.start
    for field in part.fields:
        blank = _BLANK_FOLD.search(data, field.raw.start, field.raw.end)
        if blank:
            return blank.start() + 1
        if field.raw.start > at:
            return at
        at = field.raw.end
    return at


_DECODERS: dict[str, Callable[[bytes], bytes]] = {"base64": joined_segments, "quoted-printable": binascii.a2b_qp}
