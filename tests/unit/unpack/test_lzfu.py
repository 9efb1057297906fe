"""Compressed RTF, with the examples of [MS-OXRTFCP] 3.1 and damage."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.unpack.lzfu import unpacked
from gateway.unpack.opener import Unreadable

FIRST = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
SECOND = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


@pytest.mark.parametrize(
    ("packed", "plain"),
    [
        (FIRST, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"),
        (SECOND, b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
    ],
    ids=["simple", "overlapping"],
)
def test_examples_of_the_specification_are_read(packed: bytes, plain: bytes) -> None:
    """As they stand there."""
    assert b"".join(unpacked(packed)) == plain


def test_plain_form_is_read() -> None:
    """RTF may be stored as it is."""
    assert b"".join(unpacked(struct.pack("<II", 17, 5) + b"MELA" + bytes(4) + b"{\\rt}")) == b"{\\rt}"


@given(st.binary(max_size=200), st.integers(0, 2**32 - 1))
def test_damage_is_unreadable(data: bytes, raw: int) -> None:
    """It yields or it says so; it never takes more room than it says."""
    packed = struct.pack("<II", len(data) + 12, raw) + b"LZFu" + bytes(4) + data
    try:
        size = sum(map(len, unpacked(packed)))
    except Unreadable:
        return

    assert size <= raw + 4096 + 8 * 17
