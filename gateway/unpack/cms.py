"""What is signed or compressed inside a cryptographic message (RFC 5652, RFC 3274): an entity, or a file.

Signatures are not checked: whoever reads the mail does that, and sees the content in any case.
"""

import re
import zlib
from collections.abc import Iterable, Iterator

import pybase64

from gateway.filetype.identified import Note
from gateway.model.artifact import Role
from gateway.unpack.ber import SEQUENCE, behind, header, inside, octets
from gateway.unpack.budget import Budget
from gateway.unpack.opener import CHUNK, Member, Unreadable

_SIGNED = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
_COMPRESSED = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09"
_EXPLICIT, _VERSION, _DIGESTS = 0xA0, 0x02, 0x31
_ARMOUR = re.compile(rb"\s*-----BEGIN (?:PKCS7|CMS)-----([A-Za-z0-9+/=\s]*)-----END (?:PKCS7|CMS)-----\s*")
_PADDING = b"\r\n\0"
_HEAD = 8192
_ENTITY = re.compile(
    rb"(?:[!-9;-~]{1,80}[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:Content-[A-Za-z-]{1,40}|MIME-Version)[ \t]*:",
    re.IGNORECASE,
)
_ENDINGS = (".p7m", ".p7z", ".p7s", ".p7c", ".p7b", ".pem")


def open_cms(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """Give the one content of the message."""
    view = _binary(view)
    if bytes(view[behind(view, 0) :]).strip(_PADDING):
        raise Unreadable("data behind the cryptographic message")
    content = _content(view)
    head = b"".join(_limited(content(), _HEAD))
    if _ENTITY.match(head):
        yield Member((), content(), kind="message/rfc822", role=Role.WRAPPER)
    else:
        yield Member(tuple(map(_without_ending, names)), content())


def _binary(view: memoryview) -> memoryview:
    """Take the armour off, where there is one."""
    if view[0] == SEQUENCE:
        return view
    armoured = _ARMOUR.fullmatch(view)
    if armoured is None:
        raise Unreadable("armour that does not end")
    return memoryview(pybase64.b64decode(armoured[1].translate(None, b" \t\r\n")))


def _content(view: memoryview) -> "_Content":
    """Find the octet string in SignedData or CompressedData."""
    at = inside(view, 0, SEQUENCE)
    kind, at = bytes(view[at : at + 13]), behind(view, at)
    is_compressed = kind.startswith(_COMPRESSED)
    if not is_compressed and not kind.startswith(_SIGNED):
        raise Unreadable("a cryptographic message of another kind")
    at = inside(view, inside(view, at, _EXPLICIT), SEQUENCE)
    for tag in (_VERSION, SEQUENCE if is_compressed else _DIGESTS):
        inside(view, at, tag)
        at = behind(view, at)
    at = behind(view, inside(view, at, SEQUENCE))
    if header(view, at)[0] != _EXPLICIT:
        raise Unreadable("a cryptographic message without its content")
    return _Content(view, inside(view, at, _EXPLICIT), is_compressed)


class _Content:
    """The bytes of the content, as often as they are asked for."""

    def __init__(self, view: memoryview, at: int, is_compressed: bool) -> None:  # noqa: FBT001
        self._view = view
        self._at = at
        self._is_compressed = is_compressed

    def __call__(self) -> Iterator[bytes]:
        pieces = octets(self._view, self._at)
        return _inflated(pieces) if self._is_compressed else map(bytes, pieces)


def _inflated(pieces: Iterable[memoryview]) -> Iterator[bytes]:
    inflate = zlib.decompressobj()
    for piece in pieces:
        rest: bytes | memoryview = piece
        while rest or inflate.unconsumed_tail:
            if inflate.eof:
                raise Unreadable("data behind the compressed data")
            yield inflate.decompress(rest, CHUNK)
            rest = inflate.unconsumed_tail
    while not inflate.eof and (more := inflate.decompress(b"", CHUNK)):
        yield more
    if not inflate.eof:
        raise Unreadable("compressed data ends early")


def _limited(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk[:size]
        size -= len(chunk)
        if size <= 0:
            return


def _without_ending(name: str) -> str:
    ending = next((one for one in _ENDINGS if name.lower().endswith(one)), "")
    return name[: len(name) - len(ending)]
