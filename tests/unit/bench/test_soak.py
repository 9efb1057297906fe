"""The soak's count: what it must notice."""

import hashlib

import pytest

from bench.soak.__main__ import Outcome, count
from bench.soak.mails import Soaked
from bench.soak.sender import Ledger

GOOD = Soaked("1", b"X-Soak: 1\r\n\r\nhello\r\n", is_honest=True)
BAD = Soaked("2", b"X-Soak: 2\r\n\r\nMZ\r\n", is_honest=False)


def note(mail: Soaked, raw: bytes | None = None) -> str:
    """Return what the hop writes down for a mail that arrived as `raw`."""
    return f"{mail.token} {hashlib.sha256(mail.raw if raw is None else raw).hexdigest()}\n"


def outcome(notes: str, *, accepted: tuple[Soaked, ...] = (), refused: tuple[Soaked, ...] = ()) -> Outcome:
    """Count two sent mails."""
    ledger = Ledger({mail.token: mail for mail in (GOOD, BAD)})
    ledger.accepted |= {mail.token for mail in accepted}
    ledger.refused |= {mail.token for mail in refused}
    return count(ledger, notes)


def test_everything_where_it_belongs_is_good() -> None:
    """Honest mail arrived once, hostile mail was refused."""
    assert outcome(note(GOOD), accepted=(GOOD,), refused=(BAD,)).is_good


@pytest.mark.parametrize(
    ("notes", "accepted", "refused", "what"),
    [
        ("", (GOOD,), (BAD,), "lost"),
        (note(GOOD, b"changed"), (GOOD,), (BAD,), "wrong"),
        (note(GOOD) + note(BAD), (GOOD,), (BAD,), "wrong"),
        (note(GOOD), (GOOD, BAD), (), "wrong"),
        ("", (), (GOOD, BAD), "wrong"),
        (note(GOOD), (GOOD,), (), "open"),
    ],
    ids=["never arrived", "changed", "hostile arrived", "hostile accepted", "honest refused", "no answer"],
)
def test_what_must_not_be_is_counted(
    notes: str, accepted: tuple[Soaked, ...], refused: tuple[Soaked, ...], what: str
) -> None:
    """Each kind of failure has its own count, and none is good."""
    counted = outcome(notes, accepted=accepted, refused=refused)

    assert (getattr(counted, what), counted.is_good) == (1, False)


def test_duplicate_is_told_and_not_held_against() -> None:
    """After a lost answer nobody can know better."""
    counted = outcome(note(GOOD) * 2, accepted=(GOOD,), refused=(BAD,))

    assert (counted.duplicated, counted.is_good) == (1, True)
