"""What a Macintosh keeps about a file."""

import struct

import pytest

from gateway.filetype.applefile import appledouble
from tests.unit.filetype.made import found, kinds

START = b"\0\5\x16\7\0\2\0\0Mac OS X        "


def double(*entries: tuple[int, bytes]) -> bytes:
    """Write entries of the given kinds."""
    at = 26 + 12 * len(entries)
    table = b""
    for kind, content in entries:
        table += struct.pack(">III", kind, at, len(content))
        at += len(content)
    return START + struct.pack(">H", len(entries)) + table + b"".join(content for _, content in entries)


@pytest.mark.parametrize("content", [double(), double((9, bytes(32)), (2, b"\0\0\1\0" + bytes(282)))])
def test_finder_information_and_resources_are_known(content: bytes) -> None:
    """They are told by their table."""
    assert len(content) == getattr(appledouble(memoryview(content)), "end", -1)
    assert "application/applefile" == found(content).media_type
    assert set() == kinds(content)


def test_file_with_content_or_a_broken_table_is_none() -> None:
    """The data of the file has no place in it."""
    assert appledouble(memoryview(double((1, b"data")))) is None
    assert appledouble(memoryview(double((9, bytes(32)))[:-5])) is None
    assert appledouble(memoryview(START)) is None


def test_foreign_file_in_it_is_noticed() -> None:
    """Resources are no place for archives and pages."""
    assert {"polyglot"} == kinds(double((2, b"\0<script>alert(1)</script>\0\1")))
