"""Links in plain text: where they begin and end as mail programs see it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mime.text_links import links_in_text

URL = "https://files.old.example/a"


def found(text: str, charset: str = "utf-8", *, has_delsp: bool = False) -> list[str]:
    """Return where the links of a text lead."""
    return [one.url for one in links_in_text(text.encode(charset), charset, has_delsp=has_delsp)]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (f"see {URL}.", URL),
        (f"({URL})", URL),
        (f"{URL}_(x)", f"{URL}_(x)"),
        (f"({URL}_(x)).", f"{URL}_(x)"),
        (f"<{URL}>", URL),
        (f'"{URL}"', URL),
        (f"{URL}, and", URL),
        (f"{URL}?a=b&c=d!", f"{URL}?a=b&c=d"),
        (f"\u201e{URL}\u201c", URL),
        (f"{URL}\u3002", URL),
        (f"{URL}/Übersicht.pdf\u00a0x", f"{URL}/Übersicht.pdf"),
        (f"HTTP{URL[5:]}", f"HTTP{URL[5:]}"),
        (f"[{URL}]", URL),
        (f"<{URL}/long\r\n  -er>", f"{URL}/long-er"),
        (f"<{URL}\r\nand no end", URL),
        (f"> {URL}\r\n> x", URL),
    ],
)
def test_link_ends_where_readers_end_it(text: str, url: str) -> None:
    """Punctuation of the sentence is not part of it; brackets that it opened are."""
    assert [url] == found(text)


@pytest.mark.parametrize(
    "text", [f"x{URL}", "https: //x", "ftp://files.old.example", "files.old.example/a", "httpss://x"]
)
def test_what_is_no_link_stays(text: str) -> None:
    """Another scheme, the tail of a word, a bare name."""
    assert [] == found(text)


def test_soft_break_without_blank_is_inside_the_link() -> None:
    """RFC 3676 section 4.1, DelSp=yes: the blank before the break goes, and what follows is joined."""
    text = f"{URL}/long- \r\ner rest"

    assert [f"{URL}/long-er"] == found(text, has_delsp=True)
    assert [f"{URL}/long-"] == found(text)


def test_other_character_sets_are_read() -> None:
    """Letters and quotes of Latin-1."""
    assert [f"{URL}/é"] == found(f"«{URL}/é»", "latin-1")


def test_link_of_absurd_length_is_none() -> None:
    """To cut it somewhere would damage it."""
    assert [] == found(URL + "x" * 5000)


@given(st.text(alphabet="htps:/.<>()[],;! \r\näx\u201c", max_size=200))
def test_spans_are_in_order_and_inside(text: str) -> None:
    """Never raises; no span reaches into another."""
    raw = text.encode()
    spans = [one.span for one in links_in_text(raw, "utf-8", has_delsp=True)]
    ends = [0, *(one.end for one in spans)]

    assert all(end <= one.start <= one.end <= len(raw) for end, one in zip(ends, spans, strict=False))
