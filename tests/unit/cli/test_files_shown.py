"""Hosted files on a terminal: nothing of theirs reaches it raw."""

from dataclasses import replace

import pytest

from gateway.cli import files_shown
from gateway.jobs.rejudging import Blast
from gateway.model.hosted import Ban, Download, FileState, HostedFile
from gateway.ports.upkeep import Pass, Request
from tests.unit.adapters.sql.hosting import FILE
from tests.unit.cli.hosted_place import EVIL


def evil() -> HostedFile:
    """Return a file of which everything that a stranger chose is hostile."""
    return replace(FILE, name=EVIL, sender=EVIL, recipients=(EVIL,), message_id=EVIL, reason=EVIL, media_type=EVIL)


def test_nothing_raw_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Names, addresses, words of recipients, names of signatures."""
    files_shown.print_files([evil()])
    files_shown.print_file(evil(), [Ban("ext:pdf", 60.0, EVIL, EVIL, 0.0)], {"audience": EVIL})
    files_shown.print_journal([Download(60.0, EVIL, EVIL, 1)])
    files_shown.print_requests([Request("f1", 60.0, EVIL, EVIL, 60.0, EVIL)])
    files_shown.print_bans([Ban(EVIL, 60.0, EVIL, EVIL, 0.0)])
    files_shown.print_passes([Pass(1, EVIL, EVIL, 0.0, 0.0)], {1: 3})
    files_shown.print_blast([Blast(EVIL, 2, {EVIL: 1}, 0, 0)], only_look=True)
    said = capsys.readouterr().out

    assert [] == [one for one in ("\x1b", "\x07", "\u202e", "\r", "\nX") if one in said]
    assert "owned" in said


def test_times_that_never_were_are_none() -> None:
    """Others are written as UTC."""
    shown = files_shown.plain(replace(FILE, scanned_at=0.0, state=FileState.SCANNING))

    assert (None, "1970-01-01T00:16:40+00:00", "scanning") == (
        shown["scanned_at"],
        shown["created_at"],
        shown["state"],
    )


def test_pass_says_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    """And one that ended that it is done."""
    one = Pass(1, "new signatures", "ClamAV 1.4/2", 0.0, 60.0, clean=5)
    files_shown.print_passes([one, replace(one, number=2, ended_at=70.0)], {1: 37})
    said = capsys.readouterr().out

    assert (1, 1) == (said.count(" 37"), said.count(" done"))
