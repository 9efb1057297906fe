"""Files inside text."""

import binascii
import io
import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mime.uuencode import EncodedBlock, decode_block, find_blocks
from gateway.model.span import Span
from tests.builders import program, uuencoded


def blocks(text: bytes) -> list[tuple[str, bytes, bool]]:
    return [(one.name, b"".join(decode_block(text, one)), one.is_damaged) for one in find_blocks(text)]


@given(st.binary(max_size=300), st.binary(max_size=50).map(lambda raw: raw.hex().encode()))
def test_block_inside_text_comes_back(content: bytes, prose: bytes) -> None:
    """Name and bytes of a block survive whatever text stands around it."""
    text = prose + b"\r\n" + uuencoded(content, "a b.exe") + prose

    assert [("a b.exe", content, False)] == blocks(text)


def test_blocks_are_found_in_order() -> None:
    """Several blocks, one at the very start, each with its own span."""
    one, two = uuencoded(b"x" * 100, "one.bin"), uuencoded(program(), "two.exe")
    text = one + b"and\r\n" + two
    expected = [one, two]

    assert expected == [text[block.span.start : block.span.end] for block in find_blocks(text)]


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("closing", [b"`|end|", b" |end|", b"|end|", b"end|", b"`|end"])
def test_every_usual_end_is_known(end: bytes, closing: bytes) -> None:
    """Encoders end differently; none of these is damage but the missing empty line is no trouble either."""
    text = b"begin 644 a|#86)C|" + closing

    assert blocks(text.replace(b"|", end)) == [("a", b"abc", False)]


@pytest.mark.parametrize(
    "text",
    [
        b"Type begin 644 something to start.\r\n",
        b"\r\nbegin 644 something\r\nand then the text goes on\r\nend\r\n",
        b"\r\nbegin 644 something\r\n\r\nMore prose.\r\n",
        b"\r\nbegin 644 LOUD\r\nTHIS IS UPPER CASE\r\nand not.\r\n",
        b"\r\nbegin reading\r\nHERE\r\n",
        b"\r\nbegin tran\r\nUPDATE T SET A = 1\r\nend\r\n",
        b"\r\nbegin 644 something",
        b"\r\nbegin \r\nM\r\n",
    ],
)
def test_prose_is_no_block(text: bytes) -> None:
    """Text that mentions the encoding holds no file."""
    assert blocks(text) == []


def test_missing_end_is_damage() -> None:
    """A block that breaks off is yielded as far as it goes."""
    text = uuencoded(program(), "a.exe")[:600]
    [(name, content, is_damaged)] = blocks(text)

    assert (name, is_damaged) == ("a.exe", True)
    assert program().startswith(content[:400])


def test_blanks_cut_from_line_ends_are_damage_but_decode() -> None:
    """Some transports strip the blanks that stand for zero bits."""
    lines = binascii.b2a_uu(b"MZ" + bytes(43)).rstrip(b" \n") + b"\r\n"

    assert [("a.exe", b"MZ" + bytes(43), True)] == blocks(b"begin 644 a.exe\r\n" + lines + b"`\r\nend\r\n")


def test_mode_may_be_missing_or_spaced() -> None:
    """Old mail programs take any line that begins so."""
    assert blocks(b"\r\nbegin  a.exe\r\n#86)C\r\n`\r\nend\r\n") == [("a.exe", b"abc", False)]


def test_too_many_begin_lines_end_in_one_damaged_block() -> None:
    """Chained begin lines are read once, and only so many; the rest is said to be damaged."""
    text = b"begin 644 a\r\n#86)C\r\n" * 50_000
    *read, rest = find_blocks(text)

    assert (len(read), all(one.is_damaged for one in read)) == (10_000, True)
    assert rest == EncodedBlock("a", Span(read[-1].span.end, len(text)), rest.lines, is_damaged=True)


def test_chunks_are_bounded() -> None:
    """A large block comes in pieces."""
    content = bytes(range(256)) * 12_000
    text = uuencoded(content, "big.bin")
    [block] = find_blocks(text)
    out = io.BytesIO()
    largest = max(out.write(chunk) for chunk in decode_block(text, block))

    assert (content, True) == (out.getvalue(), largest < 1 << 20)


@given(st.text("begin 644 aM`#\r\n!end", max_size=300).map(str.encode))
def test_any_text_is_searched(text: bytes) -> None:
    """Nothing raises; blocks lie in order and do not overlap."""
    found = list(find_blocks(text))
    for one in found:
        b"".join(decode_block(text, one))

    assert all(one.span.end <= two.span.start for one, two in itertools.pairwise(found))


@pytest.mark.parametrize(
    "change",
    [
        lambda block: block.replace(b"begin 644 ", b"begin\t644\t"),
        lambda block: block.replace(b"\r\n", b"\r\n\r\n", 1),
        lambda block: block.replace(b"\r\n", b"~~\r\n", 4),
    ],
    ids=["tabs", "blank line", "junk"],
)
def test_what_lenient_decoders_forgive_hides_nothing(change: Callable[[bytes], bytes]) -> None:
    """They read the file all the same."""
    text = change(uuencoded(program(), "a.exe"))
    (block,) = find_blocks(text)

    assert b"".join(decode_block(text, block)) == program()
