"""What a part's structural fields say: type, parameters, disposition, transfer encoding, names.

Where a field stands twice the first one counts, as with most readers; names come from all of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from gateway.mime.buffer import Buffer
from gateway.mime.fields import Oddity, unfold
from gateway.mime.filenames import names_of
from gateway.mime.params import Structured, parse
from gateway.mime.words import to_text
from gateway.model.finding import FindingKind
from gateway.model.message import MESSAGE_TYPES, HeaderField

ENCODINGS = frozenset({"7bit", "8bit", "binary", "base64", "quoted-printable"})
"""RFC 2045 section 6.1."""

_LOOKED_AT = (
    b"content-type",
    b"content-disposition",
    b"content-transfer-encoding",
    b"mime-version",
    b"content-location",
)
_MOST_KNOWN = 256
_LONGEST_KNOWN = 300
"""Bytes of the values of one part; the same few stand in most mails, and what they say is kept."""
_MOST_REPEATS = 2
"""Of one structural field that are looked into; more are a conflict, whatever they say."""
_WORD = r"[!#$%&'*+\-.^_`{|}~0-9a-z]+"
_MEDIA_TYPE = re.compile(rf"{_WORD}/{_WORD}")
# QUIRK: seen in honest mail, and bytes stay bytes for every reader.
_SPELLED = {"8-bit": "8bit", "7-bit": "7bit", "8bits": "8bit", "7bits": "7bit", "": "7bit"}
_AS_THEY_ARE = frozenset({"7bit", "8bit", "binary"})
"""Encodings that change no byte (RFC 2045 section 6.2)."""
_COMMENT = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Content:
    """The description of one part."""

    media_type: str
    declared: str
    params: tuple[tuple[str, str], ...]
    disposition: str
    encoding: str
    names: tuple[str, ...]
    boundary: str | None
    oddities: tuple[Oddity, ...]

    @property
    def is_composite(self) -> bool:
        """Tell whether other parts lie in it (RFC 2046 section 5)."""
        return self.media_type.startswith("multipart/") or self.holds_message

    @property
    def holds_message(self) -> bool:
        """Tell whether the body is a message of its own (RFC 2046 section 5.2.1, RFC 6532 section 3.7)."""
        return self.media_type in MESSAGE_TYPES


def describe(data: Buffer, fields: Sequence[HeaderField], default: str) -> Content:
    """Read the structural fields of a part whose type is `default` where none is declared."""
    values = _values(data, fields)
    is_short = sum(len(value) for same in values for value in same) < _LONGEST_KNOWN
    return (_known if is_short else _described)(default, *values)


def _described(default: str, *values: tuple[bytes, ...]) -> Content:
    """Read the values of the fields, in the order of `_LOOKED_AT`."""
    types, dispositions = ([parse(value) for value in same] for same in values[:2])
    encodings = [_encoding(value) for value in values[2]]
    first = types[0] if types else None
    declared = first.token if first else ""
    media_type = declared if _MEDIA_TYPE.fullmatch(declared) else default if first is None else "text/plain"
    encoding = encodings[0] if encodings else "7bit"
    disposition = dispositions[0].token if dispositions else ""
    oddities = [odd for one in (*types, *dispositions) for odd in one.oddities]
    oddities += _repeated("content-type", types)
    oddities += _repeated("content-disposition", dispositions)
    oddities += _repeated("content-transfer-encoding", ["7bit" if one in _AS_THEY_ARE else one for one in encodings])
    oddities += _repeated("mime-version", [value.partition(b"(")[0].strip() for value in values[3]])
    oddities += _type_oddities(declared, media_type)
    if encoding not in ENCODINGS:
        oddities.append((FindingKind.ENCODING_UNKNOWN, encoding))
    location = ""
    if disposition == "attachment" or not media_type.startswith("text/"):
        location = next((to_text(value) for value in values[4]), "")
    return Content(
        media_type=media_type,
        declared=declared if declared == media_type else "",
        params=tuple((one.name, one.value) for one in first.params) if first else (),
        disposition=disposition,
        encoding=encoding,
        names=names_of(dispositions, types, location),
        boundary=next((one.value for one in first.params if one.name == "boundary"), None) if first else None,
        oddities=tuple(oddities),
    )


_known = lru_cache(_MOST_KNOWN)(_described)


def _values(data: Buffer, fields: Sequence[HeaderField]) -> tuple[tuple[bytes, ...], ...]:
    """Return the unfolded values of the fields that matter here, in order."""
    values: dict[bytes, list[bytes]] = {name: [] for name in _LOOKED_AT}
    for field in fields:
        same = values.get(field.name)
        if same is not None and len(same) <= _MOST_REPEATS:
            same.append(unfold(data[field.value.start : field.value.end]))
    return tuple(map(tuple, values.values()))


def _encoding(value: bytes) -> str:
    """Read the token; comments, quotes and semicolons beside one that changes no byte are no matter."""
    token = to_text(value).lower()
    if token in ENCODINGS:
        return token
    plain = _COMMENT.sub("", token).partition(";")[0].strip(" \t\"'")
    plain = _SPELLED.get(plain, plain)
    return plain if plain in _AS_THEY_ARE else _SPELLED.get(token, token)


def _repeated(name: str, readings: Sequence[Structured | str | bytes]) -> list[Oddity]:
    if len(readings) < 2:
        return []
    same = len(readings) <= _MOST_REPEATS and all(one == readings[0] for one in readings)
    return [(FindingKind.DUPLICATE_FIELD if same else FindingKind.CONFLICTING_FIELD, name)]


def _type_oddities(declared: str, media_type: str) -> list[Oddity]:
    # QUIRK: an empty value and the plain word "text" of old programs mean text/plain to every reader.
    if declared != media_type and declared not in {"", "text"}:
        return [(FindingKind.BAD_CONTENT_TYPE, declared[:80])]
    if media_type == "message/partial":
        return [(FindingKind.PARTIAL_MESSAGE, "")]
    if media_type == "message/external-body":
        return [(FindingKind.EXTERNAL_BODY, "")]
    return []
