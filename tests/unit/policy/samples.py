"""Facts and policies for tests of decisions: small ones by hand, and the shipped folder."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from gateway.adapters.policyfiles import load
from gateway.model.artifact import Artifact, Role
from gateway.model.conditions import Scanned, When
from gateway.model.envelope import Envelope, Peer, Recipient, Sender
from gateway.model.facts import Facts
from gateway.model.families import Family
from gateway.model.finding import Finding
from gateway.model.policy import Action, Policy, Rule
from gateway.model.policyset import PolicySet
from gateway.model.scan import Outcome, ScanResult
from gateway.model.span import Span
from gateway.model.verdict import Judgement
from gateway.policy.decide import decide

SHIPPED = Path(__file__).parents[3] / "policies"
EXE, JPEG, PDF, ZIP = "application/x-dosexec", "image/jpeg", "application/pdf", "application/zip"

IMAGES = Family("images", "Images", frozenset({"jpg", "jpeg"}), frozenset({JPEG}), frozenset({JPEG, "image/jpg"}))
PROGRAMS = Family("executables", "Programs", frozenset({"exe", "com", "js"}), frozenset({EXE}), frozenset({EXE}))
MALWARE_RULE = Rule("malware", When(scan=frozenset({Scanned.INFECTED})), Action.REJECT, "malware", locked=True)
PROGRAM_RULE = Rule("programs", When(frozenset({"executables"})), Action.REJECT, "executable", locked=True)


@cache
def shipped() -> PolicySet:
    """Return the policies that the project ships."""
    return load(SHIPPED)


def policy(**changes: Any) -> Policy:
    """Return the shipped default, changed."""
    default = shipped().default
    assert default is not None
    return replace(default, **changes)


def artifact(name: str = "a.jpg", declared: str = JPEG, detected: str = JPEG, **changes: Any) -> Artifact:
    """Return a file at "2"; an empty name for none."""
    names = (name,) if name else ()
    made = Artifact("2", Role.ATTACHMENT, names, declared, detected, 9, "ab" * 32, 0, (2,), Span(0, 9))
    return replace(made, **changes)


def facts(
    *seen: Artifact | Finding | ScanResult, size: int = 4000, utf8: bool = False, message_id: str = "id1"
) -> Facts:
    """Return the facts of a message in which these were seen."""
    peer = Peer("192.0.2.1", 4711, "client.example")
    envelope = Envelope(peer, Sender("a@b.example"), (Recipient("c@d.example"),), smtputf8=utf8)
    return Facts(
        id=message_id,
        received_at=1795284000.0,
        envelope=envelope,
        size=size,
        artifacts=tuple(one for one in seen if isinstance(one, Artifact)),
        findings=tuple(one for one in seen if isinstance(one, Finding)),
        scans=tuple(one for one in seen if isinstance(one, ScanResult)),
    )


def scan(outcome: Outcome = Outcome.CLEAN, where: str = "2", signature: str = "") -> ScanResult:
    """Return what a scanner said."""
    return ScanResult(where, outcome, signature, "ClamAV 1.4")


def worst(*seen: Artifact | Finding | ScanResult, by: Policy | None = None, size: int = 4000) -> Judgement:
    """Return the worst judgement about a message in which these were seen."""
    return decide(facts(*seen, size=size), by or policy()).judgements[0]


def outcome(*seen: Artifact | Finding | ScanResult, by: Policy | None = None, size: int = 4000) -> tuple[str, str, str]:
    """Return action, reason and rule of the worst judgement."""
    one = worst(*seen, by=by, size=size)
    return one.action.word, one.reason, one.rule
