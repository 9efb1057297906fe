"""The Authentication-Results field, honest and forged."""

from dataclasses import replace

import pytest
from authres import AuthenticationResultsHeader
from hypothesis import given
from hypothesis import strategies as st

from gateway.authn.results import forged_spans, results_field
from gateway.mime.fields import read_header
from gateway.model.authentication import AuthResult, Dkim, Spf
from gateway.model.limits import Limits
from gateway.model.span import Span
from tests.unit.authn.world import MAIL, NOTHING, sealed, signed, verified


def _forged(value: bytes, name: bytes = b"Authentication-Results") -> bool:
    data = name + b":" + value + b"\r\n\r\n"
    fields = read_header(data, Span(0, len(data)), Limits(), 10).fields
    return bool(forged_spans(fields, lambda span: data[span.start : span.end], "mx.example"))


def test_our_field_says_what_was_found() -> None:
    """A line for each method."""
    found = verified(sealed(signed()))

    assert results_field("mx.example", found) == (
        b"Authentication-Results: mx.example;\r\n\tspf=pass smtp.mailfrom=example.org;\r\n"
        b"\tdkim=pass header.d=example.org header.s=sel header.a=rsa-sha256;\r\n"
        b"\tdmarc=pass header.from=example.org policy.published=reject;\r\n\tarc=pass header.d=example.org\r\n"
    )


def test_a_reader_of_such_fields_understands_ours() -> None:
    """Authres is an implementation of its own."""
    found = verified(MAIL + b"x", ip="198.51.100.1")
    read = AuthenticationResultsHeader.parse(results_field("mx.example", found).decode().replace("\r\n", ""))

    assert read.authserv_id == "mx.example"
    assert [("spf", "fail"), ("dkim", "none"), ("dmarc", "fail"), ("arc", "none")] == [
        (one.method, one.result) for one in read.results
    ]


@given(st.text(max_size=300))
def test_hostile_values_stay_in_their_place(text: str) -> None:
    """Nothing a stranger names can end the field, begin another, or add a result."""
    found = replace(
        NOTHING,
        spf=Spf(AuthResult.FAIL, text, detail=text),
        dkim=(Dkim(AuthResult.FAIL, text, text, text, detail=text),),
    )
    field = results_field("mx.example", found)
    lines = field.removesuffix(b"\r\n").split(b"\r\n")
    bare = b"".join(part for at, part in enumerate(b"".join(lines).split(b'"')) if at % 2 == 0)

    assert all(line.startswith(b"\t") for line in lines[1:])
    assert all(32 <= byte < 127 or byte == 9 for byte in b"".join(lines))
    assert field.count(b'"') % 2 == 0
    assert bare.count(b";") == 4


@pytest.mark.parametrize(
    "value",
    [
        b" mx.example; spf=pass",
        b" MX.Example. ; spf=pass",
        b" mx.example 1; spf=pass",
        b' "mx.example"; spf=pass',
        b' "mx\\.example"; spf=pass',
        b" (a (nested) comment) mx.example (another); spf=pass",
        b"\r\n\tmx.example;\r\n\tspf=pass",
        b" mx.example",
        b" (never closed mx.example; spf=pass",
        b" ) mx.example; spf=pass",
        b' "never closed mx.example; spf=pass',
        b"mx.example(;); spf=pass",
    ],
)
def test_every_spelling_of_our_name_is_forged(value: bytes) -> None:
    """Comments, quotes, case, folding, a version, and what cannot be read at all."""
    assert _forged(value)
    assert _forged(value, b"authentication-RESULTS ")


@pytest.mark.parametrize(
    "value", [b" other.example; spf=pass", b" mx.example.evil; x=mx.example", b" a; b=mx.example", b"", b" (x) ; mx"]
)
def test_other_peoples_fields_stay(value: bytes) -> None:
    """They may be signed, and are nobody's lie about us."""
    assert not _forged(value)
    assert not _forged(b" mx.example; spf=pass", b"X-Authentication-Results")


@given(st.binary(max_size=200))
def test_any_field_can_be_judged(value: bytes) -> None:
    """Nothing raises."""
    _forged(value)
