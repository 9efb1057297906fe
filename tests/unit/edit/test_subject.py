"""A word before the subject, once, and nothing else changed."""

import base64
from email import message_from_bytes, policy

import pytest

from gateway.edit.subject import new_subject, prefixed


def shown(field: bytes) -> str:
    """Return the subject as the standard library reads it."""
    return str(message_from_bytes(field, policy=policy.SMTP)["subject"])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b" Hello\r\n", b" [X] Hello\r\n"),
        (b"Hello\r\n", b" [X] Hello\r\n"),
        (b"\r\n Hello\r\n", b" [X]\r\n Hello\r\n"),
        (b"\r\n", b" [X]\r\n"),
        (b" =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n", b" [X] =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"),
        (b" a\r\n\tb\r\n", b" [X] a\r\n\tb\r\n"),
        (b" \xff raw\r\n", b" [X] \xff raw\r\n"),
        (b" " + b"long " * 14 + b"\r\n", b" [X]\r\n " + b"long " * 14 + b"\r\n"),
    ],
)
def test_prefix_stands_before_the_rest(value: bytes, expected: bytes) -> None:
    """Byte for byte the rest is as it came, and no line grows beyond 78 characters."""
    assert prefixed("[X]", b"Subject:", value) == b"Subject:" + expected


@pytest.mark.parametrize(
    "value",
    [b" [X] Hello\r\n", b" Re: [x] Hello\r\n", b" =?utf-8?b?" + base64.b64encode(b"[X] Hello") + b"?=\r\n"],
)
def test_prefix_stands_there_once(value: bytes) -> None:
    """Also where an answer brings it back, or an encoded word hides it."""
    assert prefixed("[X]", b"Subject:", value) == b"Subject:" + value


@pytest.mark.parametrize("rest", [" Hello", " =?utf-8?q?Hello?="])
def test_prefix_in_any_script_is_an_encoded_word(rest: str) -> None:
    """With one blank behind it, whatever follows."""
    field = prefixed("[ВНЕШНЕЕ]", b"Subject:", rest.encode() + b"\r\n")

    assert field.isascii()
    assert shown(field) == "[ВНЕШНЕЕ] Hello"


def test_prefix_is_one_line() -> None:
    """Even if a policy said otherwise."""
    assert prefixed("[X]\r\nBcc: all", b"Subject:", b" Hello\r\n").count(b"\r\n") == 1


def test_no_prefix_changes_nothing() -> None:
    """Nor does one of blanks."""
    assert (prefixed(" ", b"Subject:", b" Hello\r\n"), new_subject("")) == (b"Subject: Hello\r\n", b"")
