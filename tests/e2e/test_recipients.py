"""One truth per recipient: a mail to people with different policies, in all the ways in which a client can bring it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.mails import USERS, with_file, with_pdf
from tests.services import dovecot, exim, postfix
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import SENDER, Client
from tests.services.gateway import ROOT, TENANT, Gateway
from tests.services.ports import HOST, wait_until
from tests.services.postfix import Postfix
from tests.services.scripted_hop import ScriptedHop

BOB, CAROL = "bob@example.test", "carol@example.test"
STRICT = TENANT
"""Bob's: refuses tables."""
OPEN = """\
tenant: open
recipients: [carol@example.test]
next_hop: {next_hop}
otherwise: allow
"""
"""Carol's: takes them."""
HOLD = "message:\n  mixed_recipients: hold\n"


def table(token: str) -> bytes:
    """Write a mail that Carol may have, and Bob may not."""
    return with_file(token, b"name,number\r\n", "text/csv", "list.csv")


@pytest.fixture(scope="module")
def mixed(behind: Postfix, clamd: Clamd) -> Iterator[Gateway]:
    """Run a gateway whose tenants differ, and that speaks SMTP and LMTP."""
    tenants = {"example": STRICT, "open": OPEN}
    with Gateway.running(f"smtp://{HOST}:{behind.port}", clamd.unix, tenants=tenants, lmtp=True) as running:
        yield running


@pytest.fixture(scope="module")
def holding(behind: Postfix, clamd: Clamd) -> Iterator[Gateway]:
    """Run a gateway whose tenants differ, and have a message held for those who may not have it."""
    tenants = {"example": STRICT + HOLD, "open": OPEN + HOLD}
    with Gateway.running(f"smtp://{HOST}:{behind.port}", clamd.unix, tenants=tenants) as running:
        yield running


def outcomes(front: Postfix, queue_id: str) -> dict[str, str]:
    """Return how the MTA in front ended with each recipient, once it has for both."""

    def found() -> dict[str, str]:
        lines = [line for line in front.log().splitlines() if queue_id in line and " status=" in line]
        return {line.split("to=<")[1].split(">")[0]: line.split("status=")[1].split()[0] for line in lines}

    wait_until(lambda: len(found()) == 2, lambda: True, 30, f"both outcomes of {queue_id}")
    return found()


def bring(front: Postfix, raw: bytes) -> str:
    """Give a mail to both to the MTA in front; return its queue id."""
    with Client(front.port) as client:
        client.envelope(recipients=(BOB, CAROL))
        said = client.data(raw)
    assert said.code == 250, said
    return said.text.split()[-1]


def held(gateway: Gateway) -> list[dict[str, Any]]:
    """Return what is in the quarantine."""
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "quarantine", "list", "--json", "--config", gateway.folder / "postern.toml"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_postfix_brings_it_over_lmtp_and_each_recipient_has_an_outcome(
    token: str, mixed: Gateway, inbox: Capture
) -> None:
    """One transaction: Bob's refusal goes back to the sender, Carol has the mail, byte for byte."""
    front = postfix.front(mixed.lmtp, speaks="lmtp")
    try:
        outcome = outcomes(front, bring(front, table(token)))
        (arrived,) = inbox.wait_for(token)
    finally:
        front.stop()

    assert outcome == {BOB: "bounced", CAROL: "sent"}
    assert arrived.recipients == (CAROL,)
    assert arrived.data.endswith(table(token)[table(token).index(b"MIME-Version") :])
    assert b"with LMTP" in arrived.data
    assert b"bob@" not in arrived.data.partition(b"\r\nFrom:")[0]


def test_mail_store_behind_lmtp_door_answers_for_each_recipient(token: str, clamd: Clamd) -> None:
    """LMTP in front and behind: one transaction here, one for each recipient there, and nobody waits for another."""
    with (
        dovecot.running(USERS) as store,
        Gateway.running(f"lmtp://{HOST}:{store.port}", clamd.unix, lmtp=True) as gateway,
    ):
        front = postfix.front(gateway.lmtp, speaks="lmtp")
        try:
            outcome = outcomes(front, bring(front, with_pdf(token)))
        finally:
            front.stop()
        stored = [len(store.wait_for(user, token)) for user in ("bob", "carol")]

    assert (outcome, stored) == ({BOB: "sent", CAROL: "sent"}, [1, 1])


def test_postfix_brings_it_over_smtp_in_two_transactions(token: str, mixed: Gateway, inbox: Capture) -> None:
    """452 4.5.3 keeps the second recipient in the queue of the MTA in front, which comes again."""
    front = postfix.front(mixed.port)
    try:
        queue_id = bring(front, table(token))
        first = outcomes(front, queue_id)
        front.flush()
        (arrived,) = inbox.wait_for(token)
    finally:
        front.stop()

    assert first == {BOB: "bounced", CAROL: "deferred"}
    assert arrived.recipients == (CAROL,)


def test_prdr_tells_each_recipient_in_one_transaction(token: str, mixed: Gateway, inbox: Capture) -> None:
    """353, the replies in the order of RCPT, and a last word that takes nothing back."""
    with Client(mixed.port) as client:
        offered = client.features.text.split()
        client.envelope(recipients=(BOB, CAROL), options=" PRDR")
        begun = client.data(table(token))
        said = [client.answer() for _ in range(3)]
        after = client.command("NOOP")
    (arrived,) = inbox.wait_for(token)

    assert ("PRDR" in offered, begun.code, [one.code for one in said], after.code) == (True, 353, [550, 250, 250], 250)
    assert ("type_not_allowed" in said[0].text, CAROL in said[0].text, BOB in said[1].text) == (True, False, False)
    assert arrived.recipients == (CAROL,)


def test_exim_asks_for_prdr_and_tells_its_sender_of_the_one_refusal(token: str, mixed: Gateway, inbox: Capture) -> None:
    """A client that people use: one transaction, one failed address, one delivered."""
    with exim.running(mixed.port) as client:
        log = client.send(table(token), SENDER, (BOB, CAROL))
    (arrived,) = inbox.wait_for(token)
    (failed,) = [line for line in log.splitlines() if " ** " in line]
    (sent,) = [line for line in log.splitlines() if " => " in line and "@example.test" in line]

    assert (BOB in failed, "PRDR error" in failed, "550 5.7.1 type_not_allowed" in failed) == (True, True, True)
    assert (CAROL in sent, " PRDR " in sent) == (True, True)
    assert arrived.recipients == (CAROL,)


def test_held_for_one_and_delivered_to_the_other(token: str, holding: Gateway, inbox: Capture) -> None:
    """250 for both; Carol has the mail, Bob's lies in the quarantine, and nothing there or in the log mixes the two."""
    front = postfix.front(holding.port)
    try:
        outcome = outcomes(front, bring(front, table(token)))
        (arrived,) = inbox.wait_for(token)
    finally:
        front.stop()
    (one,) = held(holding)
    by_name = {line["recipients"][0]: line for line in holding.events("message")[-2:]}

    assert outcome == {BOB: "sent", CAROL: "sent"}
    assert arrived.recipients == (CAROL,)
    assert (one["reason"], [to["address"] for to in one["recipients"]]) == ("type_not_allowed", [BOB])
    assert one["id"] == by_name[BOB]["id"] != by_name[CAROL]["id"]
    assert (by_name[BOB]["action"], by_name[CAROL]["action"]) == ("reject", "allow")
    assert "250 2.6.0 taken: the message was taken" in by_name[BOB]["reply"]
    assert one["id"].encode() not in arrived.data


def test_mail_that_all_may_have_is_delivered_to_all(token: str, holding: Gateway, inbox: Capture) -> None:
    """Two copies, each with its own recipient in the envelope, and nothing held."""
    before = len(held(holding))
    with Client(holding.port) as client:
        client.envelope(recipients=(BOB, CAROL))
        said = client.data(with_pdf(token))
    inbox.wait_for(token, 2)

    assert said.code == 250
    assert sorted(one.recipients for one in inbox.containing(token)) == [(BOB,), (CAROL,)]
    assert len(held(holding)) == before


def test_refusal_of_one_next_hop_is_held_once_another_has_the_mail(
    token: str, behind: Postfix, clamd: Clamd, inbox: Capture
) -> None:
    """The reply stays true: who was refused at the end of data finds the mail in the quarantine."""
    with ScriptedHop({"DOT": b"452 4.3.1 no room\r\n"}) as hop:
        other = (OPEN + HOLD).replace("{next_hop}", f"smtp://{HOST}:{hop.port}")
        tenants = {"example": STRICT + HOLD, "open": other}
        with Gateway.running(f"smtp://{HOST}:{behind.port}", clamd.unix, tenants=tenants) as gateway:
            with Client(gateway.port) as client:
                client.envelope(SENDER, (BOB, CAROL))
                said = client.data(with_pdf(token))
            (arrived,) = inbox.wait_for(token)
            (one,) = held(gateway)

    assert (said.code, arrived.recipients) == (250, (BOB,))
    assert (one["reason"], [to["address"] for to in one["recipients"]]) == ("undelivered", [CAROL])
