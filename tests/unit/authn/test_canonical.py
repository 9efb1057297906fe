"""Canonical forms: the same bytes as dkimpy, by other means."""

import re

from dkim.canonicalization import Relaxed, Simple
from hypothesis import given
from hypothesis import strategies as st

from gateway.authn.canonical import relaxed_body, relaxed_field, simple_body, simple_field

_PIECES = st.sampled_from([b"a", b"B=", b" ", b"  ", b"\t", b"\r\n", b" \r\n", b"\r\n\r\n", b"\xff"])
_BODIES = st.lists(_PIECES, max_size=40).map(b"".join)


@given(_BODIES)
def test_relaxed_bodies_are_those_of_dkimpy(body: bytes) -> None:
    """Every body that ends in a line end, as mail does, has one relaxed form."""
    body += b"\r\n"

    assert Relaxed.canonicalize_body(body) == relaxed_body(body)


@given(_BODIES)
def test_simple_bodies_are_those_of_dkimpy(body: bytes) -> None:
    """Also without a final line end."""
    assert Simple.canonicalize_body(body) == simple_body(body)


@given(st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r\n ", b":", b"\xff"]), max_size=30).map(b"".join))
def test_relaxed_fields_are_those_of_dkimpy(value: bytes) -> None:
    """Folding, blanks and the case of the name mean nothing."""
    [(name, expected)] = Relaxed.canonicalize_headers([(b"SubJect", value + b"\r\n")])

    assert name + b":" + expected == relaxed_field(b"SubJect:" + value + b"\r\n") + b"\r\n"


@given(_BODIES)
def test_a_relaxed_body_is_its_own_relaxed_form(body: bytes) -> None:
    """Nothing is left to do, and no line ends in a blank."""
    once = relaxed_body(body)

    assert once == relaxed_body(once)
    assert not re.search(rb"[ \t](?:[ \t]|\r\n)", once)


def test_a_simple_field_loses_its_line_end_only() -> None:
    """Everything else stands as it came."""
    assert simple_field(b"Sub : a \r\n b \r\n") == b"Sub : a \r\n b "
