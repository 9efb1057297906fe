"""Header fields of a rebuilt message: one form, read alike by everybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.edit.fields import content_type, disposition, kept
from gateway.mime.params import parse


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        (b"subject", b"Subject: Hi\r\n there\r\n", b"Subject: Hi\r\n there\r\n"),
        (b"content-id", b"Content-ID: <a@b>\r\n", b"Content-ID: <a@b>\r\n"),
        (b"subject", b"Subject: caf\xc3\xa9\r\n", b"Subject: caf\xc3\xa9\r\n"),
        (b"content-type", b"Content-Type: text/plain\r\n", b""),
        (b"mime-version", b"MIME-Version: 2.0\r\n", b""),
        (b"x", b"X: a\rContent-Type: b\0c\r\n", b"X: a Content-Type: b c\r\n"),
        (b"x", b"X: a\r\n \r\n b\r\n", b"X: a\r\n b\r\n"),
        (b"x", b"X: a\r\n Content-Type: multipart/mixed\r\n", b"X: a Content-Type: multipart/mixed\r\n"),
        (b"x", b"X: a", b"X: a\r\n"),
    ],
)
def test_other_fields_stay_as_they_came(name: bytes, raw: bytes, expected: bytes) -> None:
    """Except for what readers differ on, and for the structural ones."""
    assert kept(name, raw) == expected


def test_type_keeps_what_means_something() -> None:
    """The first of two, no unknown ones, and the name."""
    params = [("charset", "utf-8"), ("charset", "utf-7"), ("x-odd", "y"), ("format", 'a"b')]
    written = content_type("text/plain", params, ("a b.txt",))

    assert written == b'Content-Type: text/plain;\r\n\tcharset="utf-8";\r\n\tname="a b.txt"\r\n'


@pytest.mark.parametrize(
    ("word", "names", "is_file", "expected"),
    [
        ("", (), False, b""),
        ("inline", (), False, b"Content-Disposition: inline\r\n"),
        ("odd", (), True, b"Content-Disposition: attachment\r\n"),
        ("inline", ("a.png",), True, b'Content-Disposition: inline;\r\n\tfilename="a.png"\r\n'),
    ],
)
def test_disposition_is_one_of_two_words(word: str, names: tuple[str, ...], is_file: bool, expected: bytes) -> None:  # noqa: FBT001
    """A body needs none."""
    assert disposition(word, names, is_file=is_file) == expected


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Grüße an 株式会社 für den neuen Überblick über die Zahlen des März 2025.pdf", None),
        ("a/../b.pdf", "b.pdf"),
        ("evil\u202egpj.pdf", "evilgpj.pdf"),
        ("a\x00\r\nb.pdf", "ab.pdf"),
        ("dots.pdf. . ", "dots.pdf"),
    ],
)
def test_names_are_readable_and_clean(name: str, shown: str | None) -> None:
    """International names arrive; tricks do not."""
    found = parse(disposition("attachment", (name,), is_file=True).partition(b":")[2])

    assert (found.values("filename"), found.oddities) == ((shown or name,), ())


@given(st.text(max_size=300), st.text(max_size=100), st.text(max_size=100))
def test_whatever_stands_in_them_fields_have_one_reading(name: str, media_type: str, value: str) -> None:
    """No name, type or parameter ends a field, begins another or is ambiguous."""
    fields = (
        content_type(media_type, [("charset", value), ("boundary", value)], (name,)),
        disposition(value, (name,), is_file=True),
    )
    for field in fields:
        found = parse(field.partition(b":")[2])

        assert (field.count(b"\r\n"), found.oddities) == (field.count(b"\r\n\t") + 1, ())
        assert field.isascii()
        assert max(map(len, field.split(b"\r\n"))) < 998
