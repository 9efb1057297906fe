"""Bytes of a message to a tree of spans (RFC 2046).

Theory of operation. A multipart looks for its own boundary at line starts of its body, with `find`; what lies
between two delimiter lines is a child, and a child looks only inside its own span. So an outer boundary always
wins over an inner one, as it does for readers that go line by line, and the bytes are passed over at most once
for each level of nesting: linear, with `limits.depth` as the factor. Recursion has the same bound.

Every byte of a part lies in its head or its body; every byte of a multipart's body lies in a child, in a gap,
in a delimiter line, or is blank. Nothing raises on content: what two readers could see differently, and every
bound that was reached, is a finding.
"""

import re
from collections.abc import Iterable

from gateway.mime.buffer import Buffer
from gateway.mime.content import Content, describe
from gateway.mime.delimiters import Delimiters, bad_boundary, find_delimiters
from gateway.mime.fields import Oddity, read_header
from gateway.model.finding import Finding, FindingKind
from gateway.model.limits import Limits
from gateway.model.message import Message, Part, place_of
from gateway.model.span import Span

_MOST_FIELDS = 10
"""Times `limits.fields`, in all header blocks together: each field costs far more memory than its bytes."""
_ORDINARY_PREAMBLE = 1024
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_NOT_BLANK = re.compile(rb"[^\s]")


def split(data: Buffer, limits: Limits, *, was_encoded: bool = False) -> tuple[Message, tuple[Finding, ...]]:
    """Return the tree of a raw message, and what was noticed on the way.

    What `was_encoded` may hold bare CR, which no message that came by SMTP does; to look for them takes time.
    """
    walk = _Walk(data, limits, may_hold_cr=was_encoded)
    root = walk.part((), Span(0, len(data)), "text/plain", ())
    return Message(len(data), root), tuple(walk.findings.values())


class _Walk:
    """One pass over one message: what is found, and what may still be spent."""

    def __init__(self, data: Buffer, limits: Limits, *, may_hold_cr: bool) -> None:
        self.data = data
        self.limits = limits
        self.findings: dict[tuple[FindingKind, str], Finding] = {}
        self.parts_left = limits.parts - 1
        self.fields_left = limits.fields * _MOST_FIELDS
        self.may_hold_cr = may_hold_cr

    def part(self, path: tuple[int, ...], whole: Span, default: str, outer: tuple[bytes, ...]) -> Part:
        """Read one part and all below it; `outer` are the boundaries of the multiparts around it."""
        header = read_header(self.data, whole, self.limits, min(self.limits.fields, self.fields_left))
        self.fields_left -= len(header.fields)
        content = describe(self.data, header.fields, default)
        body = Span(header.head.end, whole.end)
        where = place_of(path, is_composite=content.is_composite)
        self._note(where, header.oddities)
        self._note(where, content.oddities)
        children: tuple[Part, ...] = ()
        gaps: tuple[Span, ...] = ()
        if content.is_composite:
            children, gaps = self._inside(path, where, content, body, outer)
        return Part(
            path=path,
            whole=whole,
            head=header.head,
            body=body,
            fields=header.fields,
            media_type=content.media_type,
            declared=content.declared,
            params=content.params,
            disposition=content.disposition,
            encoding=content.encoding,
            names=content.names,
            children=children,
            gaps=gaps,
        )

    def _inside(
        self, path: tuple[int, ...], where: str, content: Content, body: Span, outer: tuple[bytes, ...]
    ) -> tuple[tuple[Part, ...], tuple[Span, ...]]:
        encoded = content.encoding in {"base64", "quoted-printable"}
        if encoded:
            self._note(where, [(FindingKind.ENCODING_ON_COMPOSITE, content.encoding)])
        if len(path) >= self.limits.depth:
            self._note(where, [(FindingKind.TOO_DEEP, f"more than {self.limits.depth} levels")])
        elif content.holds_message:
            if (not encoded or _FIELD.match(self.data, body.start, body.end)) and self._may_add(where):
                return (self.part((*path, 1), body, "text/plain", outer),), ()
        elif content.boundary is None:
            self._note(where, [(FindingKind.BOUNDARY_MISSING, "")])
        else:
            return self._multipart(path, where, content, body, outer)
        return (), ()

    def _multipart(
        self, path: tuple[int, ...], where: str, content: Content, body: Span, outer: tuple[bytes, ...]
    ) -> tuple[tuple[Part, ...], tuple[Span, ...]]:
        boundary = (content.boundary or "").rstrip(" \t").encode("utf-8")
        self._note(where, bad_boundary(content.boundary or ""))
        if not boundary:
            return (), ()
        if boundary in outer:
            self._note(where, [(FindingKind.BOUNDARY_REUSED, "of a multipart around it")])
        elif any(one.startswith(boundary) or boundary.startswith(one) for one in outer):
            self._note(where, [(FindingKind.BOUNDARY_PREFIXED, "by a multipart around it, or the other way round")])
        found = find_delimiters(self.data, body, boundary, self.parts_left + 1)
        self._note(where, found.oddities)
        if self.may_hold_cr and self.data.find(b"\r--" + boundary, body.start, body.end) >= 0:
            self._note(where, [(FindingKind.BOUNDARY_BAD, "behind a bare CR, which ends a line for some readers")])
        default = "message/rfc822" if content.media_type == "multipart/digest" else "text/plain"
        children: list[Part] = []
        gaps = [found.preamble]
        for span in found.parts:
            if not self._may_add(where):
                gaps.append(Span(span.start, found.parts[-1].end))
                break
            children.append(self.part((*path, len(children) + 1), span, default, (*outer, boundary)))
        gaps.append(found.epilogue)
        return tuple(children), self._gaps(where, found, gaps) if children else ()

    def _gaps(self, where: str, found: Delimiters, spans: list[Span]) -> tuple[Span, ...]:
        gaps = tuple(span for span in spans if _NOT_BLANK.search(self.data, span.start, span.end))
        if any(span != found.preamble or not self._is_ordinary(span) for span in gaps):
            self._note(where, [(FindingKind.TEXT_OUTSIDE_PARTS, f"{sum(map(len, gaps))} bytes")])
        return gaps

    def _is_ordinary(self, preamble: Span) -> bool:
        """Tell whether it is the usual note to readers without MIME (RFC 2046 section 5.1.1)."""
        text = self.data[preamble.start : min(preamble.end, preamble.start + _ORDINARY_PREAMBLE + 1)]
        return len(text) <= _ORDINARY_PREAMBLE and text.isascii() and b"mime" in text.lower()

    def _may_add(self, where: str) -> bool:
        if self.parts_left > 0:
            self.parts_left -= 1
            return True
        if self.parts_left == 0:
            self.parts_left = -1
            self._note(where, [(FindingKind.TOO_MANY_PARTS, f"more than {self.limits.parts}")])
        return False

    def _note(self, where: str, oddities: Iterable[Oddity]) -> None:
        """Keep the first finding of a kind at each place: hostile mail must not fill the log."""
        for kind, detail in oddities:
            self.findings.setdefault((kind, where), Finding(kind, where, detail))
