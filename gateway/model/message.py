"""A message as a tree of spans over bytes that are never rewritten."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.model.span import Span


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
        """The path as findings and logs write it; the root is "1"."""
        return ".".join(map(str, self.path)) or "1"

    @property
    def is_multipart(self) -> bool:
        """Tell whether the declared type is multipart/*."""
        return self.media_type.startswith("multipart/")

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
