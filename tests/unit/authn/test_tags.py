"""Tag lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.authn import tags
from gateway.authn.tags import Malformed


def test_a_folded_list_is_read() -> None:
    """White space around names, signs and values means nothing."""
    assert tags.parse(b" v=1;\r\n\ta = rsa-sha256 ; b=\r\n\t x;") == {"v": b"1", "a": b"rsa-sha256", "b": b"x"}


@pytest.mark.parametrize("raw", [b"v=1; v=1", b"v", b"v=1;;a=2", b"1=a", b"=x", b"\xff=1", b"a=1;" * 60])
def test_what_is_no_list_is_malformed(raw: bytes) -> None:
    """Two readers must not take different tags from one field."""
    with pytest.raises(Malformed):
        tags.parse(raw)


@given(st.binary(max_size=200))
def test_nothing_but_malformed_is_raised(raw: bytes) -> None:
    """Hostile bytes end in a word, never in a traceback."""
    try:
        found = tags.parse(raw)
        for name in found:
            tags.text(found, name)
            tags.number(found, name)
    except Malformed:
        return


def test_only_the_value_of_b_is_emptied() -> None:
    """bh= and values that hold a b= stay as they are."""
    assert tags.without_signature(b" bh=b1; h=b=c; b =\r\n abc==\r\n ; x=1") == b" bh=b1; h=b=c; b =; x=1"


@pytest.mark.parametrize("value", [b"", b"abc", b"ab=c", b"%%%%"])
def test_base64_must_be_whole(value: bytes) -> None:
    """Half a signature is none."""
    with pytest.raises(Malformed):
        tags.base64({"b": value}, "b")
