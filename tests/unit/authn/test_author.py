"""The author's domain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.authn.author import NoAuthor, author_domain
from gateway.authn.head import read_head
from gateway.model.limits import Limits


def _domain(*values: bytes) -> str:
    fields = b"".join(b"From:" + value + b"\r\n" for value in values)
    return author_domain(read_head(fields + b"\r\n", Limits()))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b" bob@example.org", "example.org"),
        (b" Bob <bob@EXAMPLE.org.>", "example.org"),
        (b' "eve@evil.example" <bob@example.org>', "example.org"),
        (b" (eve@evil.example (nested)) bob@example.org", "example.org"),
        (b" bob@example.org <bob@example.org>", "example.org"),
        (b' "a\\"b" <"x@y"@example.org>', "example.org"),
        (b" a@example.org, b@example.org", "example.org"),
        (b" team: a@example.org;", "example.org"),
        (b"\r\n bob@example.org", "example.org"),
        ("b@bücher.example".encode(), "xn--bcher-kva.example"),
    ],
)
def test_one_domain_is_found(value: bytes, expected: str) -> None:
    """Whatever else stands in the field."""
    assert expected == _domain(value)


@pytest.mark.parametrize(
    "values",
    [
        (),
        (b"a@example.org", b"a@example.org"),
        (b"a@example.org, b@other.example",),
        (b"a@evil.example <a@example.org>",),
        (b"<a@evil.example> <a@example.org>",),
        (b"nobody",),
        (b"a@localhost",),
        (b"a@exa mple.org",),
        (b"a@\xff\xfe.example",),
        (b"a@b.example" + b"," * 2000,),
    ],
)
def test_what_two_readers_could_see_differently_is_no_author(values: tuple[bytes, ...]) -> None:
    """DMARC answers permerror then."""
    with pytest.raises(NoAuthor):
        _domain(*values)


@given(st.binary(max_size=200))
def test_any_field_has_a_domain_or_none(value: bytes) -> None:
    """Nothing else is raised."""
    try:
        assert "." in _domain(value.replace(b"\n", b""))
    except NoAuthor:
        return
