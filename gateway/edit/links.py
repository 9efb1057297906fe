"""Finding the links of a message that lead to its tenant's own file hosts; runs in the sandbox.

Only what is shown as the message's own text is looked at: no attachments, no messages inside. What cannot be written
back byte for byte stays as it is, and is named.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from gateway.edit.link_slots import Body, Found, base64_slots, plain_slots, quoted_slots
from gateway.edit.removal import SEALED
from gateway.edit.targets import base_of, target_of
from gateway.mime.buffer import Buffer
from gateway.mime.charsets import as_utf8
from gateway.mime.encoded_spans import Base64, Quoted, Unsound
from gateway.mime.html_links import TooLong, links_in_page
from gateway.mime.split import split
from gateway.mime.text_links import links_in_text
from gateway.mime.words import is_known_charset
from gateway.model.limits import MIB, Limits
from gateway.model.links import Linked, LinkHost, Linking, Slot
from gateway.model.message import Part

MOST_LINKS = 2_000
"""To the tenant's hosts, in one text."""
_MOST_TEXT = 16 * MIB
"""Encoded bytes of all texts of a message."""
_TEXTS = frozenset(("text/plain", "text/html", "text/x-amp-html", "text/watch-html"))
_INLINE_SIGNED = b"-----BEGIN PGP SIGNED MESSAGE-----"
_TWO_BYTES = re.compile(rb"\x1b\$[^\x1b\n]*")
"""Characters of ISO-2022, which are written with the bytes of ASCII."""


class _Left(Exception):
    """Why a part stays as it is."""


def find_links(data: Buffer, linking: Linking, limits: Limits) -> Linked:
    """Return where links to the hosts stand, and where they lead."""
    message, _ = split(data, limits)
    slots: list[Slot] = []
    sealed: list[str] = []
    left: list[str] = []
    room = _MOST_TEXT
    for part, in_sealed in _shown(message.root):
        room -= len(part.body)
        try:
            found, is_signed = _slots(data, part, linking.hosts, room)
        except _Left as reason:
            left.append(f"{part.where} {reason}")
            continue
        if found and (in_sealed or is_signed) and not linking.edits_sealed:
            sealed.append(part.where)
        else:
            slots += found
    return Linked(tuple(slots), tuple(sealed), tuple(left))


def _shown(root: Part) -> Iterator[tuple[Part, bool]]:
    """Yield the texts that are the message's own, and whether they are signed."""
    stack = [(root, False)]
    while stack:
        part, is_sealed = stack.pop()
        if part.is_multipart:
            stack += [(one, is_sealed or part.media_type in SEALED) for one in reversed(part.children)]
        elif part.media_type in _TEXTS and not part.names and part.disposition in {"", "inline"}:
            yield part, is_sealed


def _slots(data: Buffer, part: Part, hosts: Sequence[LinkHost], room: int) -> tuple[list[Slot], bool]:
    """Return the slots of a text, and whether it is signed inside. Raises `_Left`."""
    if room < 0:
        raise _Left("too much text")
    raw = data[part.body.start : part.body.end]
    charset = _charset(part)
    body = Body(part.where, part.body.start, raw)
    try:
        if part.encoding == "quoted-printable":
            quoted = Quoted(raw)
            slots = list(quoted_slots(body, quoted, _links(quoted.text, part, charset, hosts)))
            return slots, _INLINE_SIGNED in quoted.text
        if part.encoding == "base64":
            packed = Base64(raw)
            slots = list(base64_slots(body, packed, _links(packed.text, part, charset, hosts)))
            return slots, _INLINE_SIGNED in packed.text
    except Unsound as error:
        raise _Left(str(error)) from error
    if part.encoding not in {"7bit", "8bit", "binary"}:
        raise _Left("unknown encoding")
    return list(plain_slots(body, _links(raw, part, charset, hosts))), _INLINE_SIGNED in raw


def _charset(part: Part) -> str:
    """Return the character set of a text that contains ASCII. Raises `_Left`."""
    if as_utf8(b"", part.charset) is not None:
        raise _Left("a character set without ASCII")
    name = part.charset.lower().replace("-", "_")
    return part.charset if is_known_charset(name) and name not in {"ascii", "us_ascii"} else "utf-8"


def _links(text: bytes, part: Part, charset: str, hosts: Sequence[LinkHost]) -> list[Found]:
    """Return the links of a decoded text that lead to the hosts. Raises `_Left`."""
    if charset.lower().startswith("iso-2022"):
        text = _TWO_BYTES.sub(lambda found: b"\xff" * len(found[0]), text)
    found = list(islice(_found(text, part, charset, hosts), MOST_LINKS + 1))
    if len(found) > MOST_LINKS:
        raise _Left("too many links")
    return found


def _found(text: bytes, part: Part, charset: str, hosts: Sequence[LinkHost]) -> Iterator[Found]:
    if part.media_type == "text/plain":
        has_delsp = ("delsp", "yes") in ((name, value.lower()) for name, value in part.params)
        for one in links_in_text(text, charset, has_delsp=has_delsp):
            if target := target_of(one.url, hosts):
                yield Found(one.span, target)
        return
    base = ""
    try:
        for link in links_in_page(text, charset, [one.host for one in hosts]):
            if link.is_base:
                base = base or base_of(link.url)
            elif target := target_of(link.url, hosts, base):
                yield Found(link.span, target)
    except TooLong as error:
        raise _Left(str(error)) from error
