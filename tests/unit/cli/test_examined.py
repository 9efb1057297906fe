"""How an examination is shown."""

import json

import pytest

from gateway.cli.examined import Examined, show
from gateway.model.message import Message, Part
from gateway.model.reply import MALWARE
from gateway.model.span import Span
from tests.unit.app.samples import record


def examined(name: str, *, infected: bool) -> Examined:
    """Return a message with one part."""
    one = record(name, infected=infected)
    part = Part((), Span(0, 9), Span(0, 0), Span(0, 9), (), "application/pdf", "", (), "", "7bit", (name,))
    assert one.verdict is not None
    return Examined(Message(9, part), one.facts, one.verdict, MALWARE.reply("id=1") if infected else None, "")


def test_scan_stands_beside_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    """With the name of what was found, and the reply that it leads to."""
    show("m.eml", examined("a.pdf", infected=True), [], as_json=False)
    shown = capsys.readouterr().out

    assert "infected Eicar" in shown
    assert "Reply: 554 5.7.0 malware: " in shown


def test_names_cannot_command_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither in the tree nor in the table."""
    show("m\x1b[2J.eml", examined("a\x1b[2J.pdf", infected=False), [], as_json=False)

    assert "\x1b" not in capsys.readouterr().out


def test_json_escapes_control_characters(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Whole names for programs, harmless on a terminal too."""
    show("m.eml", examined("a\x1b[2J.pdf", infected=False), ["a note"], as_json=True)
    out = capfdbinary.readouterr().out

    assert b"\x1b" not in out
    assert (json.loads(out)["artifacts"][0]["names"], json.loads(out)["notes"]) == (["a\x1b[2J.pdf"], ["a note"])
