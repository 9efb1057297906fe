"""Files in pages: data: addresses in every place and spelling are files; honest pages hold none."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import builders
from tests.unit.unpack.walked import walked

PROGRAM = builders.program()
DIGITS = base64.b64encode(PROGRAM).decode()
ADDRESS = f"data:application/octet-stream;base64,{DIGITS}"
PAGE = "<html><body>{}</body></html>"


def page(inside: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return role, type and names of what is found in a page."""
    return [(one.role.value, one.detected, one.names) for one in walked(PAGE.format(inside).encode()).artifacts[1:]]


@pytest.mark.parametrize(
    "inside",
    [
        f'<a href="{ADDRESS}">x</a>',
        f"<a href='{ADDRESS}'>x</a>",
        f"<a href={ADDRESS}>x</a>",
        f'<a href=" {ADDRESS} ">x</a>',
        f'<A HREF="DATA:Application/Octet-Stream;Charset=x;BASE64,{DIGITS}">x</A>',
        f'<a href="data:;base64,{DIGITS}">x</a>',
        f'<a href="data:application/octet-stream,{quote(PROGRAM)}">x</a>',
        f'<a href="data:application/octet-stream;base64,{quote(DIGITS, safe="")}">x</a>',
        f'<a href="da\nta:application/octet-\tstream;base64,{DIGITS[:40]}\r\n{DIGITS[40:]}">x</a>',
        f'<a href="&#100;ata&#x3a;application/octet-stream;base64,{DIGITS}">x</a>',
        f'<a href="data&colon;application/octet-stream;base64,{DIGITS}">x</a>',
        f'<iframe srcdoc="&lt;a href=&quot;{ADDRESS}&quot;&gt;">',
        f'<iframe src="{ADDRESS}"></iframe>',
        f'<object data="{ADDRESS}"></object>',
        f'<embed src="{ADDRESS}">',
        f'<img srcset="{ADDRESS}, b.png 2x">',
        f'<div style="background: url({ADDRESS})">',
        f"<style>a {{ background: url('{ADDRESS}') }}</style>",
        f'<meta http-equiv="refresh" content="0;url={ADDRESS}">',
        f'<svg><image xlink:href="{ADDRESS}"/></svg>',
    ],
)
def test_file_in_an_address_is_found(inside: str) -> None:
    """Wherever a browser or mail program takes an address, and however it is spelled."""
    assert "application/x-dosexec" in [media_type for _, media_type, _ in page(inside)]


def test_file_in_utf_16_is_found() -> None:
    """A byte order mark changes nothing."""
    whole = PAGE.format(f'<a href="{ADDRESS}">x</a>').encode("utf-16")

    assert [one.detected for one in walked(whole).artifacts] == ["text/html", "application/x-dosexec"]


def test_name_of_a_download_counts() -> None:
    """A text that is saved as a script is one."""
    assert page('<a download="run.js" href="data:text/plain,alert(1)">x</a>') == [("member", "text/plain", ("run.js",))]
    assert page('<a\nhref="data:text/plain,alert(1)"\ndownload=run.js>x</a>') == [("member", "text/plain", ("run.js",))]


def test_inline_picture_is_a_picture() -> None:
    """With the type that is claimed for it."""
    found = walked(
        PAGE.format(f'<img src="data:image/png;base64,{base64.b64encode(builders.picture()).decode()}">').encode()
    )

    assert [(one.detected, one.declared) for one in found.artifacts[1:]] == [("image/png", "image/png")]
    assert found.kinds == []


@pytest.mark.parametrize(
    "inside",
    [
        "<p>Send us your data: name, street, town.</p>",
        "<p>The metadata:image/png;base64, is a prefix.</p>",
        "<p>data:, is an empty address</p>",
        '<img src="data:,">',
        '<a href="https://a.example/?u=1&#847;&#8199;">x</a>',
        '<script type="application/ld+json">{"@type": "EmailMessage", "url": "https://a.example"}</script>',
        "<script>var _gaq = []; (function() { document.createElement('script'); })();</script>",
        '<a href="javascript:void(0)">x</a><form action="https://a.example"><input name="q"></form>',
        "<pre>const url = URL.createObjectURL(new Blob([data]));</pre>",
    ],
)
def test_honest_page_holds_nothing(inside: str) -> None:
    """Prose, structured data, articles about code and left-over scripts."""
    found = walked(PAGE.format(inside).encode())

    assert (found.places, found.kinds) == (["2"], [])


def test_style_in_an_address_is_shown_text() -> None:
    """It is part of the page."""
    assert page('<link rel="stylesheet" href="data:text/css,a%7Bcolor:red%7D">') == [("body", "text/plain", ())]


@given(st.text(alphabet="<>\"'&#;:,=()/ data:base64scriptonload\n\t%0", max_size=300))
def test_nothing_raises(inside: str) -> None:
    """Any page is gone through."""
    found = walked(PAGE.format("{}").replace("{}", "data:" + inside + "<script>").encode())

    assert "container_unreadable" not in found.kinds


@pytest.mark.parametrize(
    "inside",
    [
        "data:" * 400_000,
        '"data:a/b,' * 200_000,
        "<script>" * 250_000,
        "<script " * 250_000,
        "javascript:" * 200_000,
        "<" * 2_000_000,
        ' onload="' * 200_000,
    ],
)
def test_hostile_page_costs_linear_time(inside: str) -> None:
    """Two megabytes of beginnings (the suite's timeout is the bound)."""
    assert walked(PAGE.format(inside).encode()).artifacts[0].detected == "text/html"
