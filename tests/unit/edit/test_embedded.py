"""Files that are uuencoded in a text go, the text stays."""

import pytest

from tests import builders
from tests.unit.edit.editing import edit, outside, parsed

XX = b"+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
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


DATA = builders.program()
UU_TO_XX = bytes.maketrans(bytes(range(32, 96)) + b"`", XX + b"+")


def xx() -> bytes:
    """Return the program in xxencode."""
    lines = builders.encoded(DATA, "uuencode").translate(UU_TO_XX, b"")
    return b"begin 644 a.exe\r\n" + lines + b"+\r\nend\r\n"


def base64() -> bytes:
    """Return the program as `uuencode -m` writes it."""
    return b"begin-base64 644 a.exe\r\n" + builders.encoded(DATA, "base64") + b"====\r\n"


def yenc() -> bytes:
    """Return the program in yEnc."""
    shifted = bytes((byte + 42) & 255 for byte in DATA)
    for sign in b"=\0\r\n":
        shifted = shifted.replace(bytes([sign]), b"=" + bytes([(sign + 64) & 255]))
    size = str(len(DATA)).encode()
    return b"=ybegin line=9999 size=" + size + b" name=a.exe\r\n" + shifted + b"\r\n=yend size=" + size + b"\r\n"


@pytest.mark.parametrize(("name", "block"), [("xx:1", xx()), ("base64:1", base64()), ("yenc:1", yenc())])
def test_files_in_other_encodings_go_alike(name: str, block: bytes) -> None:
    """Everything around them stays."""
    raw = mail("8bit", b"Before\r\n" + block + b"Behind\r\n")
    one = edit(raw, strip=[f"1/{name}"])

    assert name in {artifact.where.partition("/")[2] for artifact in one.facts.artifacts}
    assert outside(one).split() == raw.replace(block, b"").split()


def test_files_that_lie_in_each_other_take_the_text_along() -> None:
    """Nobody can say what a reader makes of what would be left."""
    text = (
        b"Before\r\n=ybegin line=50 size=9 name=b.exe\r\n"
        + bytes(range(200, 250))
        + b"\r\n"
        + ONE
        + b"=yend size=9\r\n"
    )
    one = edit(mail("8bit", text), strip=["1/uu:1", "1/yenc:1"])

    assert {"1/uu:1", "1/yenc:1"} <= {artifact.where for artifact in one.facts.artifacts}
    assert parsed(one.new).get_content_type() == "multipart/alternative"


def test_file_whose_end_nobody_can_tell_takes_the_text_along() -> None:
    """As BinHex does, whose two forks are two files."""
    text = b"Before\r\n-----BEGIN PGP MESSAGE-----\r\n\r\n" + builders.encoded(DATA, "base64")
    seen = parsed(edit(mail("7bit", text + b"-----END PGP MESSAGE-----\r\n"), strip=["1/pgp:1"]).new)

    assert seen.get_content_type() == "multipart/alternative"
    assert "TVqQ" not in seen.as_string()


@pytest.mark.parametrize(("encoding", "size"), [("7bit", 5_000_000), ("quoted-printable", 300_000)])
def test_long_text_goes_as_a_whole(encoding: str, size: int) -> None:
    """Other mail does not wait until it is looked through."""
    one = edit(mail(encoding, ONE + b"a line of text\r\n" * (size // 16)), strip=["1/uu:1"])

    assert parsed(one.new).get_content_type() == "multipart/alternative"
