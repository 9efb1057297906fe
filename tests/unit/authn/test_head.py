"""The top of a message."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.authn.head import read_head
from gateway.model.limits import Limits

DATA = b"To: 1\r\nFrom: a\r\nTO: 2\r\nto:\r\n 3\r\n\r\nbody"


def test_fields_are_chosen_from_the_bottom() -> None:
    """A name in h= twice means the two lowest, one that is not there means nothing (RFC 6376 section 5.4.2)."""
    head = read_head(DATA, Limits())

    assert [b"to:\r\n 3\r\n", b"TO: 2\r\n"] == [field.raw for field in head.chosen([b"to", b"cc", b"to"])]
    assert DATA[head.body :] == b"body"


def test_a_signature_does_not_sign_itself() -> None:
    """The field whose hash is made is left out of the choice."""
    head = read_head(DATA, Limits())

    assert [b"TO: 2\r\n"] == [field.raw for field in head.chosen([b"to"], besides=head.fields[-1])]


def test_a_header_beyond_the_limits_is_known_as_cut() -> None:
    """A signature over fields that were not read must not be called wrong or right."""
    head = read_head(b"A: b\r\n" * 100 + b"\r\n", Limits(header=100))

    assert head.is_cut
    assert len(head.fields) <= 17


@given(st.binary(max_size=300))
def test_any_bytes_have_a_head(data: bytes) -> None:
    """Nothing raises, and the body starts within the message."""
    head = read_head(data, Limits())

    assert 0 <= head.body <= len(data)
