"""Texts in character sets without ASCII."""

import pytest

from gateway.mime.charsets import as_utf8

PAGE = "<html><script>x</script>\n"


@pytest.mark.parametrize("charset", ["utf-7", "UTF-16", "utf-16le", "utf-16be", "utf-32", "ibm037", "cp500"])
def test_text_is_readable_after_decoding(charset: str) -> None:
    """As the mail program shows it."""
    assert as_utf8(PAGE.encode(charset), charset) == PAGE.encode()


@pytest.mark.parametrize(
    "charset", ["", "us-ascii", "utf-8", "iso-8859-15", "iso-2022-jp", "gb18030", "nonsense", "base64"]
)
def test_sets_that_hold_ascii_need_no_decoding(charset: str) -> None:
    """Markup shows in them as it stands."""
    assert as_utf8(PAGE.encode(), charset) is None


def test_damage_is_replaced() -> None:
    """A byte too many hides nothing."""
    assert as_utf8(PAGE.encode("utf-16-le") + b"x", "utf-16-le") == PAGE.encode() + "\ufffd".encode()
