"""Files that are uuencoded in a text go, the text stays."""

import pytest

from tests import builders
from tests.unit.edit.editing import edit, outside, parsed

ONE, TWO = builders.uuencoded(builders.program(), "a.exe"), builders.uuencoded(builders.program() + b"!", "b.exe")
TEXT = b"Before\r\n" + ONE + b"Between\r\n" + TWO + b"Behind\r\n"


def mail(encoding: str, text: bytes = TEXT) -> bytes:
    return builders.mail(builders.part(text, "text/plain; charset=utf-8", encoding=encoding, disposition=None))


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "base64", "quoted-printable"])
def test_text_around_the_files_stays(encoding: str) -> None:
    """With a notice where the first one stood; the encoding is what it was."""
    seen = parsed(edit(mail(encoding), strip=["1/uu:1", "1/uu:2"]).new)
    said = seen.get_content()

    assert (seen.get_content_type(), seen["content-transfer-encoding"]) == ("text/plain", encoding)
    assert said.startswith(("Before\r\n  ", "Before\n  "))
    assert [line for line in said.splitlines() if not line.startswith("  ")] == ["Before", "Between", "Behind"]
    assert "a.exe" in said
    assert "b.exe" in said


def test_file_that_may_pass_stays() -> None:
    """Only what is unwanted goes."""
    one = edit(mail("7bit"), strip=["1/uu:1"])

    assert outside(one) == mail("7bit").replace(ONE, b"")


def test_text_goes_as_a_whole_where_more_would_show_than_before() -> None:
    """A file within a file must not come out when the outer one is taken away."""
    inner = b"begin 644 inner.exe\r\n" + TWO.partition(b"\n")[2]
    torn = ONE.partition(b"\n")
    text = b"Before\r\n" + torn[0] + b"\n" + torn[2] + inner
    seen = parsed(edit(mail("base64", text), strip=["1/uu:2"]).new)

    assert seen.get_content_type() in {"text/plain", "multipart/alternative"}
    assert "inner.exe" in seen.as_string() or seen.is_multipart()


def test_text_in_another_encoding_of_files_goes_as_a_whole() -> None:
    """Where nobody says which bytes are the file's."""
    text = b"Before\r\nbegin-base64 644 a.exe\r\n" + builders.encoded(builders.program(), "base64") + b"====\r\n"
    seen = parsed(edit(mail("7bit", text), strip=["1/base64:1"]).new)

    assert seen.get_content_type() == "multipart/alternative"
    assert "TVqQ" not in seen.as_string()


@pytest.mark.parametrize(("encoding", "size"), [("7bit", 5_000_000), ("quoted-printable", 300_000)])
def test_long_text_goes_as_a_whole(encoding: str, size: int) -> None:
    """Other mail does not wait until it is looked through."""
    one = edit(mail(encoding, ONE + b"a line of text\r\n" * (size // 16)), strip=["1/uu:1"])

    assert parsed(one.new).get_content_type() == "multipart/alternative"
