"""What we write is 7-bit, in short lines, and can end no part around it."""

import quopri
from email import message_from_bytes, policy
from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from gateway.mime.compose import alternative, boundary_of, leaf, quoted

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=400)


@given(TEXTS)
def test_quoted_text_says_what_it_said_in_short_lines(text: str) -> None:
    """Whatever it holds; no line begins like a delimiter, a dot or a mailbox separator."""
    lines = quoted(text.encode()).split(b"\r\n")

    assert quopri.decodestring(b"\n".join(lines)) == text.encode()
    assert max(map(len, lines)) <= 76
    assert not any(line.startswith((b"-", b".", b"From ")) for line in lines)
    assert all(line.isascii() and not line.endswith((b" ", b"\t")) for line in lines)


def test_alternative_is_read_as_text_and_page() -> None:
    """The page last, because readers take the last that they can show (RFC 2046 section 5.1.4)."""
    seen = message_from_bytes(alternative("Grüße\n", "<p>Grüße</p>\n", b"b").whole, policy=policy.SMTP)
    parts = [part for part in seen.iter_parts() if isinstance(part, EmailMessage)]

    assert seen.get_content_type() == "multipart/alternative"
    assert [(one.get_content_type(), one.get_content()) for one in parts] == [
        ("text/plain", "Grüße\r\n"),
        ("text/html", "<p>Grüße</p>\r\n"),
    ]


def test_leaf_has_one_blank_line_behind_its_fields() -> None:
    """As RFC 2045 wants a part."""
    expected = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na"

    assert leaf("text/plain", "a").whole == expected


def test_boundary_is_another_for_another_seed() -> None:
    """Who doesn't know the seed can't write it."""
    assert boundary_of("one", []) != boundary_of("two", [])


def test_no_boundary_around_is_the_beginning_of_ours() -> None:
    """A careless reader that compares only so far would see its own delimiter (RFC 2046 section 5.1.1)."""
    first = boundary_of("seed", [])
    around = [first[:1]]

    assert not boundary_of("seed", around).startswith(around[0])
