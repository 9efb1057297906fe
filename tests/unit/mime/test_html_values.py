"""URLs in values of attributes that readers follow."""

import pytest

from gateway.mime.html_values import urls_in
from gateway.model.span import Span


@pytest.mark.parametrize(
    ("tag", "attribute", "value", "urls"),
    [
        ("a", "href", " x y ", [" x y "]),
        ("v:rect", "href", "x", ["x"]),
        ("link", "href", "x", []),
        ("meta", "content", "3;url=a", ["a"]),
        ("meta", "content", "0; URL = 'a'b", ["a"]),
        ("meta", "content", "0;url=&quot;a&quot;", ["a"]),
        ("meta", "content", "5 a", ["a"]),
        ("meta", "content", "5", []),
        ("p", "content", "5;url=a", []),
    ],
)
def test_urls_are_where_readers_follow_them(tag: str, attribute: str, value: str, urls: list[str]) -> None:
    """Nothing around the value is looked at."""
    page = b"5;url=x" + value.encode() + b"5;url=y"
    spans = urls_in(tag.encode(), attribute.encode(), page, Span(7, len(page) - 7))

    assert urls == [page[one.start : one.end].decode() for one in spans]
