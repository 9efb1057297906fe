"""Links in pages: found where browsers see them, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mime import html_links
from gateway.mime.html_links import TooLong, links_in_page

URL = "https://files.old.example/a"


def found(page: str) -> list[str]:
    """Return the links of a page, as they are written in it."""
    raw = page.encode()
    return [raw[one.span.start : one.span.end].decode() for one in links_in_page(raw, "utf-8")]


@pytest.mark.parametrize(
    "page",
    [
        f'<a href="{URL}">x</a>',
        f"<A HREF='{URL}'>x</A>",
        f"<a href={URL}>x</a>",
        f"<a href = \n {URL} class=x>x</a>",
        f'<a/href="{URL}"/>',
        f'<meta http-equiv=Refresh content="5; url={URL}">',
        f"<meta http-equiv=refresh content=\"0;URL='{URL}'\">",
        f'<v:roundrect href="{URL}">',
        f'<svg><a xlink:href="{URL}"></svg>',
        f'<map><area alt=">" href="{URL}"></map>',
        f'<!--[if mso]><a href="{URL}">x</a><![endif]-->',
        f'<![if !mso]><a href="{URL}">x</a><![endif]>',
        f'<!----><a href="{URL}">',
        f'<!--><a href="{URL}">',
        f'<!-- x --!><a href="{URL}">',
        f'<script>"<a href=x>"</script ><a href="{URL}">',
        f'</p title=">"><a href="{URL}">',
        f'</ ><a href="{URL}">',
        f'<?x ><a href="{URL}">',
        f'< a href="x"><a href="{URL}">',
        f'<a ="y" href="{URL}">',
        f'<p\0><a href="{URL}">',
        f'<a title="{"x" * 70_000}" href="{URL}">',
    ],
)
def test_link_is_found_in_every_dress(page: str) -> None:
    """Whatever the quotes, the element, and what stands around."""
    assert [URL] == found(page)


@pytest.mark.parametrize(
    "page",
    [
        f'<!-- <a href="{URL}"> -->',
        f'<!-- <a href="{URL}">',
        f"<script>x = '<a href=\"{URL}\">'</script>",
        f"<style>a {{ background: url({URL}) }}</style>",
        f'<textarea><a href="{URL}"></textarea>',
        f'<title><a href="{URL}">',
        f'<![CDATA[ > <a href="{URL}"> ]]>',
        f"<p title='<a href=\"{URL}\">'>",
        f'<a href="{URL}',
        f"<p title=\"<a href='{URL}'>",
        f'<plaintext><a href="{URL}">',
        f'<form action="{URL}">',
        f'<img src="{URL}" srcset="{URL} 1x">',
        f'<td background="{URL}" style="background:url({URL})">',
        f'<link rel=stylesheet href="{URL}">',
        f'<svg><image xlink:href="{URL}" href="{URL}"/></svg>',
        f'<meta name=x content="{URL}">',
        f'<a data-href="{URL}">',
        f"plain {URL} text",
        f'<a name="href={URL}">',
    ],
)
def test_nothing_else_is_a_link(page: str) -> None:
    """Comments, scripts, text, what is loaded by itself, other attributes, and tags that never end."""
    assert [] == found(page)


def test_second_attribute_of_a_name_is_none() -> None:
    """Browsers take the first."""
    assert ["x"] == found(f'<a href="x" HREF="{URL}">')


def test_text_of_a_link_that_says_the_same_is_one_too() -> None:
    """A reader that warns of links which lead elsewhere than they say must have no reason to."""
    said = f'<a href="{URL}?a&amp;b"> <b>{URL}?a&amp;b</b>\r\n</a> {URL}?a&amp;b'

    assert [f"{URL}?a&amp;b"] * 2 == found(said)
    assert [URL] == found(f'<a href="{URL}">{URL}/more</a>')


def test_base_is_told_apart() -> None:
    """It is no link, and others stand on it."""
    links = list(links_in_page(b'<base href="https://a.example/x/"><a href=y>', "utf-8"))

    assert [("https://a.example/x/", True), ("y", False)] == [(one.url, one.is_base) for one in links]


def test_bytes_outside_the_character_set_make_no_link() -> None:
    """Nobody can tell where it leads."""
    assert [] == list(links_in_page(b'<a href="https://files.old.example/\xff">', "utf-8"))


def test_steps_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes a million tags is left alone."""
    monkeypatch.setattr(html_links, "MOST_STEPS", 10)

    with pytest.raises(TooLong):
        list(links_in_page(b"<a>" * 20, "utf-8"))


PIECES = [
    "<",
    ">",
    "a",
    "/",
    "=",
    '"',
    "'",
    " ",
    "\n",
    "<a href=",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "&#46;",
    "srcset",
    "style",
    "url(",
    ")",
    ",",
]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_page_gives_spans_in_order(page: str) -> None:
    """Never raises, and spans of values lie inside of the page and say what they say."""
    raw = page.encode()

    assert all(0 <= one.span.start <= one.span.end <= len(raw) for one in links_in_page(raw, "utf-8"))
