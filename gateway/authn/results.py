"""The Authentication-Results field (RFC 8601): ours written, and those that only claim to be ours found.

Values come from strangers: whatever is no plain word is quoted, and what could leave the quotes is dropped.
"""

import re
from collections.abc import Callable, Iterable

from gateway.mime.fields import unfold
from gateway.model.authentication import Arc, Authentication, Dkim, Dmarc, Spf
from gateway.model.message import HeaderField
from gateway.model.span import Span

_NAME = b"authentication-results"
_WORD = re.compile(r"[A-Za-z0-9_.@+-]{1,255}")
_UNQUOTABLE = re.compile(r"[^ !#-\[\]-~]")
_LONGEST = 200
_READ = 2000
"""Bytes of a field in which its author must have been named."""
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|\\.|[()"\\]|[^\\"()]++', re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


def results_field(authserv_id: str, found: Authentication) -> bytes:
    """Return our field, with its line end."""
    return f"Authentication-Results: {results_text(authserv_id, found)}\r\n".encode("ascii")


def results_text(authserv_id: str, found: Authentication) -> str:
    """Return what stands in the field, folded; the sealed copy says the same (RFC 8617 section 4.1.1)."""
    dkim = [_dkim(one) for one in found.dkim] or ["dkim=none"]
    return ";\r\n\t".join([_value(authserv_id), _spf(found.spf), *dkim, _dmarc(found.dmarc), _arc(found.arc)])


def forged_spans(fields: Iterable[HeaderField], read: Callable[[Span], bytes], authserv_id: str) -> tuple[Span, ...]:
    """Return the fields that say they come from us (RFC 8601 section 5), in any spelling.

    A field whose author cannot be told is one of them where it holds our name at all.
    """
    ours = authserv_id.lower().rstrip(".").encode("ascii", "replace")
    return tuple(field.raw for field in fields if field.name == _NAME and _is_ours(read(field.value), ours))


def _is_ours(value: bytes, ours: bytes) -> bool:
    author = _author(unfold(value[:_READ]))
    if author is None:
        return ours in value.lower()
    return author.lower().rstrip(b".") == ours


def _author(value: bytes) -> bytes | None:
    """Return the authserv-id without comments and quotes; None where that cannot be read."""
    depth, words = 0, b""
    for token in _TOKEN.finditer(value):
        one = token[0]
        if one in b"()":
            depth += 1 if one == b"(" else -1
            words += b" "
        elif depth == 0:
            words += _ESCAPED.sub(rb"\1", one[1:-1]) if one[:1] == b'"' else one
        if depth < 0 or one in b'"\\':
            return None
        head, semicolon, _ = words.partition(b";")
        if semicolon or (head.strip() and head != head.rstrip()):
            break
    else:
        if depth or not words.strip():
            return None
    named = words.partition(b";")[0].split()
    return named[0] if named else None


def _spf(one: Spf) -> str:
    name = "smtp.helo" if one.is_helo else "smtp.mailfrom"
    return _result("spf", one.result, one.detail, {name: one.domain})


def _dkim(one: Dkim) -> str:
    detail = f"{one.detail}; weak" if one.is_weak and "weak" not in one.detail else one.detail
    return _result(
        "dkim", one.result, detail, {"header.d": one.domain, "header.s": one.selector, "header.a": one.algorithm}
    )


def _dmarc(one: Dmarc) -> str:
    return _result("dmarc", one.result, one.detail, {"header.from": one.domain, "policy.published": one.policy})


def _arc(one: Arc) -> str:
    return _result("arc", one.result, one.detail, {"header.d": one.sealer})


def _result(method: str, result: str, detail: str, properties: dict[str, str]) -> str:
    words = [f"{method}={result}"]
    if detail:
        words.append(f'reason="{_clean(detail)}"')
    words += [f"{name}={_value(value)}" for name, value in properties.items() if value]
    return "\r\n\t ".join([" ".join(words[:2]), *words[2:]]) if len(" ".join(words)) > 70 else " ".join(words)


def _value(text: str) -> str:
    return text if _WORD.fullmatch(text) else f'"{_clean(text)}"'


def _clean(text: str) -> str:
    return _UNQUOTABLE.sub("?", text[:_LONGEST])
