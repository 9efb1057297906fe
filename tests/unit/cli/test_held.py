"""Held messages on a terminal: nothing of theirs reaches it raw."""

import json
from dataclasses import replace

import pytest

from gateway.cli import held
from gateway.ports.quarantine import Addressee, Heading, Held, HeldState
from tests.unit.adapters.kept import CASE

EVIL = "\x1b]0;owned\x07\u202e\r\nX: y"
CASE_OF_EVIL = replace(CASE, heading=Heading(EVIL, EVIL, EVIL), reason=EVIL, is_copy=True)
ONE = Held(
    CASE_OF_EVIL,
    10,
    "ab" * 32,
    1.0,
    HeldState.RELEASING,
    True,
    (Addressee(EVIL, HeldState.RELEASING, EVIL),),
)


def test_nothing_raw_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Header fields, addresses, replies of next hops and the message itself."""
    held.print_list([ONE])
    held.print_one(ONE, EVIL.encode() + b"\xff\xfe")
    text = capsys.readouterr().out

    assert [sign for sign in ("\x1b", "\x07", "\u202e", "\r") if sign in text] == []
    assert "\\x1b]0;owned" in text


def test_unknown_outcome_has_a_question_mark(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody takes it for delivered, nor for held; a copy is marked."""
    held.print_list([ONE])

    assert "releasing? (copy)" in capsys.readouterr().out
    assert held.plain(ONE)["recipients"][0]["state"] == "releasing?"


def test_json_is_whole_and_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    """A program reads what is there; a terminal sees no control character."""
    held.print_json([held.plain(ONE)])
    text = capsys.readouterr().out

    assert json.loads(text)[0]["subject"] == EVIL
    assert "\x1b" not in text


def test_long_message_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    """Only how it begins is shown; of one whose bytes are gone, nothing."""
    held.print_one(ONE, b"line\r\n" * 100)
    shown = capsys.readouterr().out
    held.print_one(replace(ONE, has_original=False), b"")

    assert (shown.count("line\n"), shown.rstrip().endswith("\u2026")) == (40, True)
    assert "It begins" not in capsys.readouterr().out


def test_empty_list_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Rather than a table without rows."""
    held.print_list([])

    assert capsys.readouterr().out == "nothing\n"
