"""Character references, as browsers read them in attribute values."""

import pytest

from gateway.mime.references import unescaped


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a&amp;b", "a&b"),
        ("a&ampb=1", "a&ampb=1"),
        ("a&amp=1", "a&amp=1"),
        ("?a=1&region=2&copy=3", "?a=1&region=2&copy=3"),
        ("files&#46;old&#x2e;example", "files.old.example"),
        ("x&#46y", "x.y"),
        ("&period;&colon;&sol;&Tab;", ".:/\t"),
        ("&#128;&#0;&#xD800;&#x110000;", "\u20ac\ufffd\ufffd\ufffd"),
        ("&nosuch;&;&#;&", "&nosuch;&;&#;&"),
        ("tail&amp", "tail&"),
    ],
)
def test_references_mean_what_browsers_make_of_them(written: str, meant: str) -> None:
    """A parameter that is called like a character stays a parameter."""
    assert meant == unescaped(written)
