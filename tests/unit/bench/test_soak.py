"""The soak's count: what it must notice."""

import hashlib

import pytest

from bench.soak.__main__ import Outcome, count
from bench.soak.mails import UNKNOWN, Soaked
from bench.soak.sender import Ledger

GOOD = Soaked("1", b"X-Soak: 1\r\n\r\nhello\r\n", is_honest=True, recipients=("a@x.test", "b@x.test", UNKNOWN))
BAD = Soaked("2", b"X-Soak: 2\r\n\r\nMZ\r\n", is_honest=False, recipients=("a@x.test",))
LOST = Soaked("3", b"X-Soak: 3\r\n\r\nhello\r\n", is_honest=True, recipients=(UNKNOWN,))
KNOWN = ("a@x.test", "b@x.test")


def note(mail: Soaked, *recipients: str, raw: bytes | None = None) -> str:
    """Return what the hop writes down for a mail that arrived as `raw`."""
    digest = hashlib.sha256(mail.raw if raw is None else raw).hexdigest()
    return " ".join((mail.token, digest, *recipients)) + "\n"


def outcome(notes: str, *, accepted: tuple[Soaked, ...] = (), refused: tuple[Soaked, ...] = ()) -> Outcome:
    """Count three sent mails."""
    ledger = Ledger({mail.token: mail for mail in (GOOD, BAD, LOST)})
    ledger.accepted = {mail.token: frozenset(mail.recipients) - {UNKNOWN} for mail in accepted}
    ledger.refused = {LOST.token, *(mail.token for mail in refused)}
    return count(ledger, notes)


def test_everything_where_it_belongs_is_good() -> None:
    """Honest mail arrived once for each who is known, hostile mail was refused, and so was what is for nobody."""
    assert outcome(note(GOOD, *KNOWN), accepted=(GOOD,), refused=(BAD,)).is_good


@pytest.mark.parametrize(
    ("notes", "accepted", "refused", "expected"),
    [
        ("", (GOOD,), (BAD,), {"lost": 2}),
        (note(GOOD, KNOWN[0]), (GOOD,), (BAD,), {"lost": 1}),
        (note(GOOD, *KNOWN, raw=b"changed"), (GOOD,), (BAD,), {"wrong": 1}),
        (note(GOOD, *KNOWN, "c@x.test"), (GOOD,), (BAD,), {"wrong": 1}),
        (note(GOOD, *KNOWN, UNKNOWN), (GOOD,), (BAD,), {"wrong": 1}),
        (note(GOOD, *KNOWN) + note(BAD, "a@x.test"), (GOOD,), (BAD,), {"wrong": 1}),
        (note(GOOD, *KNOWN), (GOOD, BAD), (), {"wrong": 1, "lost": 1}),
        ("", (), (GOOD, BAD), {"wrong": 1}),
        (note(GOOD, *KNOWN), (GOOD,), (), {"open": 1}),
        ("9 0123 a@x.test\n" + note(GOOD, *KNOWN), (GOOD,), (BAD,), {"wrong": 1}),
    ],
    ids=[
        "never arrived",
        "arrived for one of two",
        "changed",
        "for somebody else",
        "for whom the hop refused",
        "hostile arrived",
        "hostile accepted",
        "honest refused",
        "no answer",
        "never sent",
    ],
)
def test_what_must_not_be_is_counted(
    notes: str, accepted: tuple[Soaked, ...], refused: tuple[Soaked, ...], expected: dict[str, int]
) -> None:
    """Each kind of failure has its own count, and none is good."""
    counted = outcome(notes, accepted=accepted, refused=refused)
    found = {name: times for name in ("lost", "wrong", "open", "hung") if (times := getattr(counted, name))}

    assert (found, counted.is_good) == (expected, False)


def test_duplicate_is_told_and_not_held_against() -> None:
    """After a lost answer nobody can know better; counted for each recipient."""
    counted = outcome(note(GOOD, *KNOWN) * 2, accepted=(GOOD,), refused=(BAD,))

    assert (counted.duplicated, counted.is_good) == (2, True)
