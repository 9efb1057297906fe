"""A message as a tree of spans over bytes that are never rewritten."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.model.span import Span

MESSAGE_TYPES = frozenset({"message/rfc822", "message/global", "message/news"})
"""Types whose body is a message of its own (RFC 2046 section 5.2.1, RFC 6532 section 3.7)."""


def place_of(path: tuple[int, ...], *, is_composite: bool) -> str:
    """Write a path as findings and logs do; a root that holds parts is "0", and its first part "1"."""
    return ".".join(map(str, path)) or ("0" if is_composite else "1")


@dataclass(frozen=True, slots=True)
class HeaderField:
    """One header field with its folding; `raw` includes the final line end, `value` does not."""

    name: bytes
    """In lower case, without white space before the colon."""
    raw: Span
    value: Span
    """Everything after the colon, folded as it came."""


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME part: leaf, multipart, or message/rfc822 (RFC 2046)."""

    path: tuple[int, ...]
    """() for the root, then 1-based child numbers: (2, 1) is written "2.1"."""
    whole: Span
    head: Span
    """The header block with the blank line that ends it, if there is one."""
    body: Span
    fields: tuple[HeaderField, ...]
    media_type: str
    """Declared, lower case, "text/plain" where nothing valid is declared (RFC 2045 section 5.2)."""
    declared: str
    """The declared media type as claimed, lower case; empty where there is no claim."""
    params: tuple[tuple[str, str], ...]
    """Content-Type parameters, decoded, duplicates kept."""
    disposition: str
    """"attachment", "inline", another token, or empty."""
    encoding: str
    """Content-Transfer-Encoding, lower case; "7bit" where none is declared."""
    names: tuple[str, ...]
    """Every file name that some client would show for the part, decoded, uncleaned."""
    children: tuple["Part", ...] = ()
    gaps: tuple[Span, ...] = ()
    """Of a multipart: preamble, epilogue and anything else outside the children, where not blank."""

    @property
    def where(self) -> str:
        """The path as findings and logs write it: "1" for a root that is a leaf, "0" for one that holds parts."""
        return place_of(self.path, is_composite=self.is_composite)

    @property
    def charset(self) -> str:
        """The declared character set; empty where none is."""
        return next((value for name, value in self.params if name == "charset"), "")

    @property
    def is_multipart(self) -> bool:
        """Tell whether the declared type is multipart/*."""
        return self.media_type.startswith("multipart/")

    @property
    def is_composite(self) -> bool:
        """Tell whether other parts lie in it, or should (RFC 2046 section 5)."""
        return self.is_multipart or self.media_type in MESSAGE_TYPES

    @property
    def holds_encoded_message(self) -> bool:
        """Tell whether the body is a message only once it is decoded, which RFC 2046 section 5.2.1 forbids."""
        return (
            self.media_type in MESSAGE_TYPES and not self.children and self.encoding in {"base64", "quoted-printable"}
        )

    def walk(self) -> Iterator["Part"]:
        """Yield this part and all below it, in the order of their bytes."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.children))


@dataclass(frozen=True, slots=True)
class Message:
    """The tree over one raw message; the bytes stay in the spool."""

    size: int
    root: Part
