"""Files in texts: each encoding is found and decoded to the byte, and prose about them is prose."""

import subprocess
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mime.encodings import find_encoded
from tests import builders
from tests.unit.mime import encoders

Encode = Callable[[bytes], bytes]
MARKED: dict[str, Encode] = {
    "uu": lambda content: builders.uuencoded(content, "setup.exe"),
    "xx": encoders.xxencoded,
    "base64": encoders.base64_block,
    "yenc": encoders.yencoded,
    "binhex": encoders.binhexed,
}
BARE: dict[str, Encode] = {
    "base64": encoders.bare_base64,
    "ascii85": encoders.ascii85,
    "hexadecimal": encoders.hexadecimal,
}
BEFORE, BEHIND = b"Hello,\r\n\r\nhere it is:\r\n\r\n", b"\r\n\r\nRegards,\r\nAnna\r\n"


def decoded(text: bytes) -> list[tuple[str, str, bytes]]:
    """Decode everything in a text."""
    return [(one.coding, one.name, b"".join(one.chunks)) for one in find_encoded(text) if one.is_marked]


def bare(text: bytes) -> list[bytes]:
    """Decode the runs that announce nothing."""
    return [b"".join(one.chunks) for one in find_encoded(text) if not one.is_marked]


@pytest.mark.parametrize("coding", MARKED)
@pytest.mark.parametrize("before", [b"", BEFORE], ids=["first", "inside"])
@given(
    content=st.binary(min_size=1, max_size=2000)
    | st.just(b"\x90" * 700)
    | st.just(b"a" * 144 + b"b")
    | st.just(b"=" * 300)
)
def test_file_is_decoded_to_the_byte(coding: str, before: bytes, content: bytes) -> None:
    """What another program encoded comes out as it went in."""
    found = decoded(before + MARKED[coding](content) + BEHIND)

    assert (coding, "setup.exe", content) in found


@pytest.mark.parametrize("coding", MARKED)
def test_whole_file_is_without_damage(coding: str) -> None:
    """An encoding that ends as it should is not ambiguous."""
    found = find_encoded(BEFORE + MARKED[coding](builders.program()) + BEHIND)

    assert [(one.coding, one.damage, one.is_piece) for one in found if one.is_marked] == [(coding, "", False)]


@pytest.mark.parametrize("coding", ["uu", "xx", "base64", "yenc", "binhex"])
def test_file_that_breaks_off_is_damaged(coding: str) -> None:
    """Decoders disagree about a file without an end."""
    whole = MARKED[coding](builders.program())
    found = find_encoded(BEFORE + whole[: len(whole) * 2 // 3])

    assert [bool(one.damage) for one in found if one.is_marked] == [True]


@pytest.mark.parametrize("coding", BARE)
@given(content=st.binary(min_size=100, max_size=2000))
def test_bare_run_is_decoded(coding: str, content: bytes) -> None:
    """A run of digits is decoded, whatever it may be."""
    assert content in bare(BEFORE + BARE[coding](content) + b"\r\n")


@pytest.mark.parametrize(
    "prose",
    [
        b"begin 644 the file\nand then write the lines of it\nend\n",
        b"Please begin 644 times.\n\nbegin 755 holidays\nwith a good book\n",
        b"A yEnc file begins so:\n=ybegin line=128 size=123456 name=mybinary.dat\n.... data\n=yend size=123456\n",
        b"The line =ybegin is first, and =yend is last.\n",
        b"It says (This file must be converted with BinHex 4.0) and I don't know how.\n",
        b"(This file must be converted with BinHex 4.0)\n\nWhat does that mean: nothing?\n",
        b"begin-base64 644 name\n\nis the first line of uuencode -m, ==== the last\n",
        b"<~ see ~> and <~~>\n",
        b"".join(b"> " + line + b"\n" for line in builders.uuencoded(b"MZ" * 100, "a.exe").split(b"\r\n")),
        b"".join(b"> " + line + b"\n" for line in encoders.xxencoded(b"MZ" * 100).split(b"\r\n")),
        b"> " + encoders.base64_block(b"MZ" * 30).replace(b"\n", b"\n> "),
    ],
)
def test_prose_about_encodings_is_prose(prose: bytes) -> None:
    """Who only mentions an encoding, or quotes a file, sends none."""
    assert decoded(prose) == []


@given(st.text(max_size=400))
def test_no_text_is_in_the_way(text: str) -> None:
    """No text raises before its bytes are asked for."""
    prefix = b"begin 644 a\r\nbegin-base64 644 b\r\n=ybegin line=1 size=1 name=c\r\n"
    prefix += b"(This file must be converted with BinHex 4.0)\n:"
    found = list(find_encoded(prefix + text.encode()))

    assert all(one.coding for one in found)


@pytest.mark.parametrize(
    "text",
    [
        b"begin 644 a\n" * 200_000,
        b"begin 644" + b" " * 2_000_000,
        b"\nbegin-base64 644 a\nAAAA" * 100_000,
        b"=ybegin line=1 size=1 name=a\n" * 100_000,
        b"\n=ybegin name=a\n\xff" * 100_000 + b"\n=yend",
        b"(This file must be converted with BinHex 4.0)\n:" * 50_000,
        (b"\n" + b"A" * 30) * 60_000,
        (b"\n\n" + b"A" * 70) * 30_000,
        b"<~" * 1_000_000,
        b"h" * 2_000_000,
    ],
    ids=["begins", "blanks", "base64", "yenc", "yenc8", "binhex", "run", "runs", "ascii85", "long"],
)
def test_hostile_text_costs_linear_time(text: bytes) -> None:
    """Some megabytes of beginnings are gone through in a moment (the suite's timeout is the bound)."""
    assert sum(1 for _ in find_encoded(text)) <= 20_000


def test_perl_agrees_about_uuencode() -> None:
    """Another program's encoder is understood."""
    program = builders.program()
    made = subprocess.run(
        ["perl", "-e", "undef $/; print pack('u', <STDIN>)"], input=program, capture_output=True, check=True
    )

    assert decoded(b"begin 644 a.exe\n" + made.stdout + b"`\nend\n") == [("uu", "a.exe", program)]
