"""What MAPI properties mean for a mail in a container ([MS-OXPROPS]): names, bodies, contents of attachments."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from gateway.filetype.identified import Note
from gateway.model.artifact import Role
from gateway.model.finding import FindingKind
from gateway.unpack.lzfu import unpacked
from gateway.unpack.opener import Member

CONTENT: Final = 0x3701
"""PidTagAttachDataBinary and PidTagAttachDataObject."""
BODY: Final = 0x1000
_RTF, _HTML = 0x1009, 0x1013
_MIME_TAG: Final = 0x370E
_NAMES: Final = (0x3707, 0x3704, 0x370C, 0x3001)
"""Long name, short name, transport name, display name."""
_OBJECT_IN_RTF = re.compile(rb"\\obj(?:data|emb|link|ocx|autlink|update)\b")

Properties = Mapping[int, bytes | str]
"""The last value of each property that holds text or bytes."""


def bodies(properties: Properties) -> Iterator[Member | Note]:
    """Give the texts that mail programs show; they choose one, so all are judged."""
    for number in (BODY, _HTML):
        value = properties.get(number)
        if value:
            text = value.encode("utf-8", "replace") if isinstance(value, str) else value
            yield Member((), (text.rstrip(b"\0"),), role=Role.BODY)
    packed = properties.get(_RTF)
    if isinstance(packed, bytes) and packed:
        rich = b"".join(unpacked(packed))
        if _OBJECT_IN_RTF.search(rich):
            yield Note(FindingKind.EMBEDDED_OBJECT, "in the body")
        yield Member((), (rich,), role=Role.BODY)


def names(properties: Properties) -> tuple[str, ...]:
    """Return every name that an attachment goes by."""
    found = (properties.get(number) for number in _NAMES)
    return tuple(dict.fromkeys(name.strip("\0") for name in found if isinstance(name, str) and name.strip("\0")))


def media_type(properties: Properties) -> str:
    """Return the declared type of an attachment; empty where there is none."""
    found = properties.get(_MIME_TAG, "")
    return found.strip("\0 ").lower() if isinstance(found, str) else ""
