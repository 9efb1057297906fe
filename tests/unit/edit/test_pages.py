"""Where the shown part of a page begins."""

import pytest

from gateway.edit.pages import top_of


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<html><head></head><body>", b"text</body>"),
        (b"<BODY class='a>b' data-x=\"'>\">", b"text"),
        (b"<!-- <body> --><style>a > body {} <body></style><body\n>", b"text"),
        (b"<title>1 < 2 <body></title><body/>", b"text"),
        (b"", b"<p>no body</p>"),
        (b"", b"<bodyguard>text"),
        (b"", b"<!-- <body>"),
        (b"", b"<style><body>"),
        (b"", b"<body class='never closed>"),
        (b"", b"a < b and <"),
        (b"", b""),
    ],
)
def test_top_is_behind_the_bodys_tag(before: bytes, after: bytes) -> None:
    """Comments and texts of other elements hold no tags; without a body it is the beginning."""
    assert top_of(before + after) == len(before)


def test_many_tags_before_the_body_are_not_looked_at() -> None:
    """The banner then stands before all of them."""
    assert top_of(b"<p>" * 20_000 + b"<body>") == 0
