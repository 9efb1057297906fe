"""URLs inside values of attributes."""

import pytest

from gateway.mime.html_values import urls_in
from gateway.model.span import Span


@pytest.mark.parametrize(
    ("attribute", "value", "urls"),
    [
        ("href", " x y ", [" x y "]),
        ("srcset", "a 1x, b 2x", ["a", "b"]),
        ("srcset", "a,b 1x", ["a,b"]),
        ("srcset", "a, b,", ["a", "b"]),
        ("srcset", " , ,", []),
        ("style", "x: url( 'a b' ) URL(c) url(\"d\")", ["c", "d"]),
        ("style", "url(&#39;a&amp;b&#39;), url(&quot;c&quot;)", ["a&amp;b", "c"]),
        ("style", "url(a\\b) url() url(", []),
        ("content", "3;url=a", ["a"]),
        ("content", "0; URL = 'a'b", ["a"]),
        ("content", "5 a", ["a"]),
        ("content", "5", []),
    ],
)
def test_urls_are_where_browsers_see_them(attribute: str, value: str, urls: list[str]) -> None:
    """Lists, styles and refreshes; nothing around the value is looked at."""
    page = b"url(x)" + value.encode() + b"url(y)"
    spans = urls_in(attribute.encode(), page, Span(6, len(page) - 6))

    assert urls == [page[one.start : one.end].decode() for one in spans]
