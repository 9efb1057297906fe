"""Text from header bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mime.words import decode_words, percent_decode, to_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("=?utf-8?B?w6RiYw==?=", "äbc"),
        ("=?utf-8?b?w6RiYw?=", "äbc"),
        ("=?ISO-8859-1?Q?=E4_b=63?=", "ä bc"),
        ("=?utf-8*de?Q?=C3=A4?=", "ä"),
        ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?=C3?= =?utf-8?Q?=A4?=", "ä"),
        ("=?utf-8?Q?a?= and =?utf-8?Q?b?=", "a and b"),
        ("=?utf-8?Q?a?=.exe", "a.exe"),
        ("=?no-such-charset?Q?a.exe?=", "a.exe"),
        ("=?utf-8?Q?a b.pdf?=", "a b.pdf"),
        ("=?utf-7?B?KzJBQS0=?=", "+2AA-"),
        ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
        ("=?utf-8?Q?a", "=?utf-8?Q?a"),
        ("=?hex?Q?4142?=", "4142"),
    ],
)
def test_encoded_words_are_read_as_mail_programs_do(text: str, expected: str) -> None:
    """Words are decoded and joined; what cannot be decoded stays readable."""
    assert expected == decode_words(text)


def test_unknown_charset_keeps_ascii() -> None:
    """A file extension survives a charset that nobody knows."""
    assert to_text(b"\xe4.exe", "x-unknown") == "\xe4.exe"


def test_percent_encoding_is_decoded_in_its_charset() -> None:
    """Extended values name their charset; stray percent signs stay."""
    assert (percent_decode("%E4", "latin-1"), percent_decode("%C3%A4"), percent_decode("100%")) == ("ä", "ä", "100%")


@given(st.text(max_size=200), st.text(max_size=20))
def test_any_text_decodes_to_text_that_can_be_written(text: str, charset: str) -> None:
    """Nothing raises and no lone surrogate comes out."""
    raw = text.encode("utf-8", "replace")
    for one in (decode_words(to_text(raw)), decode_words(f"=?{charset}?Q?{text}?=".encode(errors="replace").decode())):
        assert isinstance(one.encode("utf-8"), bytes)
