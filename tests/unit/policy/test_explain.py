"""Verdicts in words."""

from dataclasses import replace

import pytest
from hypothesis import given

from gateway.model.artifact import Artifact
from gateway.model.facts import Facts
from gateway.model.finding import Finding, FindingKind
from gateway.model.policy import Action, Policy, ReplyStyle
from gateway.model.reply import MALWARE, Reply
from gateway.model.scan import Outcome, ScanResult
from gateway.policy.decide import decide
from gateway.policy.explain import LINE_OCTETS, MAX_PARTS, explain
from tests.unit.policy import strategies
from tests.unit.policy.samples import EXE, PDF, artifact, facts, policy, scan

PROGRAM = artifact("setup.exe", "", EXE)


def answer(
    *seen: Artifact | Finding | ScanResult, by: Policy | None = None, size: int = 4000, utf8: bool = False
) -> Reply:
    known, by = facts(*seen, size=size, utf8=utf8), by or policy()
    return explain(decide(known, by), known, by)


def test_refusal_names_part_type_rule_and_message() -> None:
    """One line in the order of the documentation."""
    by = policy(replies=ReplyStyle(help_url="https://help.example/{reason}?id={id}"))
    expected = (
        "executable: programs, scripts and shortcuts are not accepted, also inside archives; share a link instead; "
        'part="setup.exe" found=application/x-dosexec rule=executables id=id1 https://help.example/executable?id=id1'
    )

    actual = answer(PROGRAM, by=by)

    assert Reply(550, "7.1", (expected,)) == actual


CODES = {
    "type": ((artifact("a.html", "", "text/html"),), "550 5.7.1"),
    "malware": ((scan(Outcome.INFECTED),), "554 5.7.0"),
    "encrypted": ((Finding(FindingKind.CONTAINER_ENCRYPTED, "2"),), "550 5.7.5"),
    "unreadable": ((Finding(FindingKind.CONTAINER_UNREADABLE, "2"),), "554 5.6.1"),
    "structure": ((Finding(FindingKind.BOUNDARY_REUSED, "2"),), "554 5.6.0"),
    "scanner": ((scan(Outcome.UNKNOWN),), "451 4.3.0"),
    "examiner": ((Finding(FindingKind.EXAMINER_FAILED, "1"),), "451 4.3.0"),
    "deadline": ((Finding(FindingKind.EXAMINER_TIMEOUT, "1"),), "451 4.3.0"),
}


@pytest.mark.parametrize(("seen", "expected"), CODES.values(), ids=CODES)
def test_cause_decides_the_codes(seen: tuple[Artifact | Finding | ScanResult, ...], expected: str) -> None:
    """As the catalogue says."""
    reply = answer(*seen)

    assert expected == f"{reply.code} {reply.enhanced}"


def test_size_is_the_recipients() -> None:
    """552 5.2.3, not the system's 5.3.4; the message as a whole has no part."""
    reply = answer(size=1 << 40)

    assert (reply.code, reply.enhanced) == (552, "5.2.3")
    assert "part=" not in str(reply)


def test_what_policy_defers_is_never_permanent() -> None:
    """`otherwise: defer` says 4xx with the same word."""
    reply = answer(artifact("a.html", "", "text/html"), by=policy(otherwise=Action.DEFER))

    assert (reply.code, reply.enhanced) == (451, "4.7.1")
    assert reply.lines[0].startswith("type_not_allowed: ")


def test_most_telling_reason_leads_and_each_part_has_a_line() -> None:
    """Malware before a program before a type."""
    seen = (
        artifact("a.html", "", "text/html", where="2"),
        artifact("b.exe", "", EXE, where="3"),
        artifact("c.pdf", PDF, PDF, where="4"),
        scan(where="2"),
        scan(where="3"),
        scan(Outcome.INFECTED, "4", "Eicar-Test"),
    )
    actual = answer(*seen).lines

    assert [*actual] == [
        f'malware: {MALWARE.text}; part="c.pdf" found=Eicar-Test rule=malware',
        'executable: part="b.exe" found=application/x-dosexec rule=executables',
        'type_not_allowed: part="a.html" found=text/html rule=otherwise id=id1',
    ]


def test_many_parts_are_counted() -> None:
    """A hundred programs make no hundred lines."""
    seen = [artifact("a.exe", "", EXE, where=str(one)) for one in range(100)]

    lines = answer(*seen).lines

    assert len(lines) == MAX_PARTS + 1
    assert f"and {100 - MAX_PARTS} more id=id1" == lines[-1]


def test_hidden_names_stay_hidden() -> None:
    """Without the file's name its place is named, without the names in a path."""
    by = policy(replies=ReplyStyle(show_file_name=False, show_virus_name=False))
    seen = (replace(PROGRAM, where="2/secret.zip/setup.exe"), scan(Outcome.INFECTED, "2/secret.zip/setup.exe", "Eicar"))

    actual = str(answer(*seen, by=by))

    assert 'part="2" rule=malware' in actual
    assert not any(word in actual for word in ("secret", "setup", "Eicar"))


def test_name_of_which_nothing_is_seen_gives_way_to_the_place() -> None:
    """A part is never named by an empty pair of quotes."""
    assert 'part="2" ' in str(answer(replace(PROGRAM, names=("\u200b\u202e",))))


def test_hostile_name_stays_inside_its_quotes() -> None:
    """No line end, no quote, no direction mark from a name reaches the reply."""
    reply = answer(replace(PROGRAM, names=('a"\r\n250 ok\u202e.exe',)))

    assert """part="a' 250 ok.exe" """ in reply.lines[0]


def test_name_in_full_needs_smtputf8() -> None:
    """Otherwise the reply is ASCII."""
    file = replace(PROGRAM, names=("Übung.exe",))

    assert 'part="Übung.exe"' in str(answer(file, utf8=True))
    assert 'part="?bung.exe"' in str(answer(file))


def test_link_fits_a_line_whatever_the_id_is() -> None:
    """The longest address with the longest id."""
    by = policy(replies=ReplyStyle(help_url=f"https://h.example/{'x' * 170}?{{reason}}{{id}}"))
    seen = facts(PROGRAM, message_id="\ud800\U0010ffff" + "ü" * 300, utf8=True)

    assert all(len(line.encode()) <= LINE_OCTETS for line in explain(decide(seen, by), seen, by).lines)


@given(strategies.facts, strategies.policies())
def test_every_reply_can_be_sent(seen: Facts, by: Policy) -> None:
    """Lines within 512 octets, printable, ASCII without SMTPUTF8, and a class that agrees with the verdict."""
    verdict = decide(seen, by)
    reply = explain(verdict, seen, by)

    assert 1 <= len(reply.lines) <= 2 * MAX_PARTS + 3
    assert all(line.isprintable() and 0 < len(line.encode()) <= LINE_OCTETS for line in reply.lines)
    assert seen.envelope.smtputf8 or all(line.isascii() for line in reply.lines)
    assert reply.is_permanent is (verdict.action is Action.REJECT)
    assert reply.is_positive is (verdict.action is Action.QUARANTINE)
    assert reply.is_transient is (verdict.action not in {Action.REJECT, Action.QUARANTINE})


def test_held_message_is_told_as_the_policy_says() -> None:
    """Plainly, or only that the message was taken; never why."""
    seen = facts(PROGRAM)
    said = [
        str(explain(decide(seen, by), seen, by))
        for by in (
            policy(rules=(), otherwise=Action.QUARANTINE),
            policy(rules=(), otherwise=Action.QUARANTINE, replies=ReplyStyle(show_held=False)),
        )
    ]

    assert [one.partition(": ")[0] for one in said] == ["250 2.6.0 held", "250 2.6.0 taken"]
    assert "held" not in said[1]
