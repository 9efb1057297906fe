"""The fields on top."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given

from gateway.edit.trace import MAX_TAGS, received, tags
from gateway.model.envelope import Envelope, Peer, Recipient, Sender
from gateway.model.facts import Facts
from gateway.model.policy import Action, Policy
from gateway.model.verdict import Judgement, Verdict
from gateway.policy.decide import decide
from tests.unit.policy import strategies

PEER = Peer("192.0.2.1", 4711, "mail.client.example")
PASSED = Verdict(Action.ALLOW, (), "acme", "98a78d1c5519")


def field(peer: Peer = PEER, *recipients: str, utf8: bool = False) -> str:
    to = tuple(map(Recipient, recipients or ("c@d.example",)))
    envelope = Envelope(peer, Sender(None), to, smtputf8=utf8)
    return received(Facts("018f-7", 1795284000.5, envelope, 9, (), (), ()), PASSED, "mx.test").decode()


def test_trace_field_says_who_what_when() -> None:
    """RFC 5321 section 4.4, with the policy's version and our id."""
    expected = (
        "Received: from mail.client.example ([192.0.2.1])\r\n"
        "\tby mx.test (Postern policy 98a78d1c5519)\r\n"
        "\twith ESMTP id 018f-7\r\n"
        "\tfor <c@d.example>;\r\n"
        "\tSat, 21 Nov 2026 18:00:00 +0000\r\n"
    )

    actual = field()

    assert expected == actual


PROTOCOLS = {
    "SMTP": (replace(PEER, esmtp=False), False),
    "ESMTP": (PEER, False),
    "ESMTPS (TLSv1.3 with cipher A_B)": (replace(PEER, tls="TLSv1.3 with cipher A_B"), False),
    "UTF8SMTP": (PEER, True),
    "UTF8SMTPS (TLSv1.3)": (replace(PEER, tls="TLSv1.3"), True),
}


@pytest.mark.parametrize(("expected", "way"), PROTOCOLS.items(), ids=PROTOCOLS)
def test_with_word_says_how_it_came(expected: str, way: tuple[Peer, bool]) -> None:
    """RFC 3848 and RFC 6531; TLS in a comment."""
    peer, utf8 = way

    assert f"\twith {expected} id 018f-7" in field(peer, utf8=utf8).splitlines()


CLIENTS = {
    "mail.client.example ([192.0.2.1])": PEER,
    "[192.0.2.7] ([192.0.2.1])": replace(PEER, helo="[192.0.2.7]"),
    "x ([IPv6:2001:db8::1])": replace(PEER, helo="x", ip="2001:db8::1"),
    "[192.0.2.1] ([192.0.2.1])": replace(PEER, helo="a\r\nX-Evil: 1"),
    "[IPv6:::1] ([IPv6:::1])": replace(PEER, helo="a (b", ip="::1"),
    "x": replace(PEER, helo="x", ip=""),
    "unknown": replace(PEER, helo="", ip="unix"),
}


@pytest.mark.parametrize(("expected", "peer"), CLIENTS.items(), ids=CLIENTS)
def test_greeting_that_is_no_name_is_left_out(expected: str, peer: Peer) -> None:
    """Nothing that a client says leaves its place."""
    assert f"Received: from {expected}" == field(peer).splitlines()[0]


def test_recipient_is_named_only_where_there_is_one() -> None:
    """Nobody learns of a blind copy, and no address breaks out of its brackets."""
    assert "for <" not in field(PEER, "a@b.example", "c@d.example")
    assert "for <" not in field(PEER, "a>\r\nX: y@d.example")
    assert "for <" not in field(PEER, "ü@d.example")
    assert "for <ü@d.example>;" in field(PEER, "ü@d.example", utf8=True)


def test_tag_names_action_reason_rule_and_part() -> None:
    """In ASCII and between quotes."""
    one = Judgement("2/a.zip/ü.html", Action.TAG, "type_not_allowed", "otherwise", 'ü".html', "text/html")
    expected = (
        b"X-Postern-Tag: action=tag;\r\n\treason=type_not_allowed;\r\n\trule=otherwise;\r\n"
        b'\twhere="2/a.zip/?.html";\r\n\tpart="?\'.html";\r\n\tfound="text/html"\r\n'
    )

    actual = tags(Verdict(Action.TAG, (one,), "acme", "v1"))

    assert expected == actual


def test_many_tags_are_counted() -> None:
    """A hundred files make no hundred fields."""
    one = Judgement("2", Action.TAG, "type_not_allowed", "otherwise")
    actual = tags(Verdict(Action.TAG, (one,) * 100, "acme", "v1"))

    assert actual.count(b"action=tag") == MAX_TAGS
    assert actual.endswith(b"X-Postern-Tag: more=%d\r\n" % (100 - MAX_TAGS))


@given(strategies.facts, strategies.policies())
def test_fields_are_what_they_seem_whatever_the_client_says(seen: Facts, by: Policy) -> None:
    """A reader finds the fields we meant and no others, folded only at tabs, in lines within 998 octets."""
    verdict = decide(seen, by)
    top = received(seen, verdict, "mx.test") + tags(verdict)
    parsed = message_from_bytes(top + b"\r\n")
    lines = top.split(b"\r\n")

    assert set(parsed.keys()) <= {"Received", "X-Postern-Tag"}
    assert len(parsed.get_all("Received", [])) == 1
    assert all(len(line) <= 998 and b"\r" not in line and b"\n" not in line for line in lines)
    assert lines[-1] == b""
    assert all(re.match(rb"\t\S|[A-Z][A-Za-z-]+: \S", line) for line in lines[:-1])
    assert seen.envelope.smtputf8 or top.isascii()
    assert parsedate_to_datetime(str(parsed["Received"]).rpartition(";")[2].strip())
