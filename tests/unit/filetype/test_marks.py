"""Marks of foreign files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.filetype.marks import ALL, ANYWHERE, Mark, mark_behind, shown
from tests import builders

MARKED = [
    builders.program(),
    builders.zip_of({"a": b"a"}),
    b"Rar!\x1a\x07\0",
    b"7z\xbc\xaf\x27\x1c\0",
    b"<SCRIPT src=//a.example>",
    b"<?php system($_GET['c']); ?>",
    b"<?= `$_GET['command here']`; ?>",
    b'<%eval request("command")%> and so on',
    b"#!/bin/sh\n",
    b"@echo off\r\n",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
]
PROSE = [
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF><xmpGImg:image>abc",
    b"<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>",
    b"A <b>good</b> photo of the <image> we took",
    b"PK is short for Phil Katz, MZ for Mark Zbikowski",
    b"\xff\xd8\xff\xe0\0\x10JFIF",
]


@pytest.mark.parametrize("mark", MARKED)
def test_mark_is_found_wherever_it_stands(mark: bytes) -> None:
    """In any data, of any case."""
    assert mark_behind(b"\x01" * 99 + mark + bytes(99), 1) is not None


RARE = [mark for mark in ALL.marks if mark not in ALL.common]


@given(st.sampled_from(RARE), st.sampled_from(RARE), st.integers(0, 8), st.binary(max_size=40))
def test_what_a_mark_must_hold_is_seen_behind_the_beginning_of_another(
    mark: Mark, other: Mark, length: int, before: bytes
) -> None:
    """All are looked for at once, and none hides another."""
    data = before + other.literal[:length] + mark.literal

    assert ALL.has_rare(data)
    assert mark not in ANYWHERE.marks or ANYWHERE.has_rare(data)


@given(st.integers(27_980, 28_010), st.sampled_from(MARKED[2:4]))
def test_mark_across_windows_is_found(size: int, mark: bytes) -> None:
    """No window needs to hold it whole."""
    assert mark_behind(b"\x01" * size + mark + bytes(99), 0) is not None


@pytest.mark.parametrize("prose", PROSE)
def test_descriptions_of_pictures_hold_no_mark(prose: bytes) -> None:
    """XMP, comments and names are honest."""
    assert mark_behind(prose, 0) is None


def test_mark_counts_only_between_the_offsets() -> None:
    """The file's own first bytes are no foreign file."""
    assert mark_behind(b"%PDF-1.4 x", 1) is None
    assert mark_behind(b"abc %PDF-1.4 x", 0, 6) is None


def test_mark_is_shown_in_printable_characters() -> None:
    """It goes into logs."""
    assert "7z\\xbc\\xaf" == shown(b"7z\xbc\xaf")
