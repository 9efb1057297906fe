"""A record of a message as `process` writes it."""

from gateway.model.artifact import Artifact, Role
from gateway.model.envelope import Envelope, Peer, Recipient, Sender
from gateway.model.facts import Facts
from gateway.model.finding import Finding, FindingKind
from gateway.model.policy import Action
from gateway.model.record import MessageRecord
from gateway.model.reply import MALWARE, Reply
from gateway.model.scan import Outcome, ScanResult
from gateway.model.span import Span
from gateway.model.verdict import Judgement, Verdict

OK = Reply(250, "0.0", ("queued as 1",))


def record(name: str = "a.pdf", *, infected: bool = False, judged: bool = True, reply: Reply = OK) -> MessageRecord:
    """Return the record of a message with one file."""
    peer = Peer("192.0.2.1", 4711, "client.example", "TLSv1.3 with cipher X")
    envelope = Envelope(peer, Sender(None), (Recipient("c@d.example"), Recipient("e@d.example")))
    file = Artifact(
        "2", Role.ATTACHMENT, (name,), "application/pdf", "application/pdf", 9, "ab" * 32, 0, (2,), Span(0, 9)
    )
    outcome = Outcome.INFECTED if infected else Outcome.CLEAN
    facts = Facts(
        "id1",
        1.0,
        envelope,
        4000,
        (file,) if judged else (),
        (Finding(FindingKind.DUPLICATE_FIELD, "1", "subject"),) if judged else (),
        (ScanResult("2", outcome, "Eicar" if infected else "", "ClamAV 1.4"),) if judged else (),
    )
    action = Action.REJECT if infected else Action.ALLOW
    verdict = Verdict(action, (Judgement("2", action, "malware" if infected else "", "rule-1", name),), "acme", "v1")
    hop = "" if infected or not judged else "smtp://next:25"
    return MessageRecord(
        facts,
        ("acme",),
        verdict if judged else None,
        MALWARE.reply() if infected else reply,
        hop,
        reply if hop else None,
        False,
        {"examine": 0.012, "relay": 0.0305},
        "" if judged else "no child",
    )
