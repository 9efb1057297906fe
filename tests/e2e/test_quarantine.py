"""Held mail from end to end: the sender hears 250 when it is on disk, and the release arrives as it was sent."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import builders
from tests.e2e.mails import headers, with_file
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import Answer, Client, send
from tests.services.gateway import ROOT, TENANT, Gateway
from tests.services.ports import HOST, wait_until
from tests.services.postfix import Postfix
from tests.services.scripted_hop import DROP, ScriptedHop

STORE = '[store]\nfolder = "store"\n'
HOLDING = TENANT.replace("otherwise: reject", "otherwise: quarantine")
BOB, CAROL, NOBODY = "bob@example.test", "carol@example.test", "nobody@example.test"
Desk = subprocess.CompletedProcess[bytes]


def held_mail(token: str, mark: bytes = b"") -> bytes:
    """Write a mail whose attachment the policy holds."""
    return with_file(token, b"name,number\r\n" + mark, "text/csv", "list.csv")


@pytest.fixture(scope="module")
def holding(behind: Postfix, clamd: Clamd) -> Iterator[Gateway]:
    """Run a gateway whose tenant holds what it does not allow."""
    with Gateway.running(f"smtp://{HOST}:{behind.port}", clamd.unix, tenants={"example": HOLDING}) as running:
        yield running


def postern(gateway: Gateway, *arguments: str) -> Desk:
    """Run a command on the gateway's settings."""
    command = [sys.executable, "-m", "gateway", *arguments, "--config", str(gateway.folder / "postern.toml")]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False)


def listed(gateway: Gateway, *arguments: str) -> list[dict[str, Any]]:
    """Return what the list says."""
    done = postern(gateway, "quarantine", "list", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def hold(gateway: Gateway, raw: bytes) -> Answer:
    """Send a mail that gets held, also while a keeper that died is not back yet."""
    said: list[Answer] = []

    def taken() -> bool:
        said.append(send(gateway.port, raw))
        return said[-1].code == 250

    wait_until(taken, gateway.is_alive, 30, "a mail to be held")
    return said[-1]


def test_held_mail_is_listed_released_and_arrives_as_it_was_sent(token: str, holding: Gateway, inbox: Capture) -> None:
    """250 2.6.0 and nothing arrives; a release hands over the same bytes, once."""
    raw = held_mail(token)
    said = send(holding.port, raw)

    assert said.text.startswith("2.6.0 held: ")
    assert inbox.containing(token) == []
    (one,) = [one for one in listed(holding, "--recipient", "bob") if one["id"] == said.id]
    assert (one["state"], one["reason"], one["subject"]) == ("held", "type_not_allowed", "Figures for March")

    first = postern(holding, "quarantine", "release", said.id, "--as", "ada", "--why", "asked for")
    second = postern(holding, "quarantine", "release", said.id)

    assert first.returncode == 0, first.stderr
    (arrived,) = inbox.wait_for(token)
    assert arrived.data.endswith(raw)
    assert (second.returncode, b"nothing to release" in second.stderr) == (1, True)
    log = postern(holding, "store", "audit")
    assert log.returncode == 0
    assert [b"ada" in line for line in log.stdout.splitlines() if said.id.encode() in line] == [True, True]


def test_each_recipient_has_its_own_outcome(token: str, holding: Gateway, inbox: Capture) -> None:
    """A recipient that the next hop refuses at the release stays held, with its words; the other one gets the mail."""
    with Client(holding.port) as client:
        client.envelope(recipients=(BOB, CAROL))
        said = client.data(held_mail(token))
    done = postern(holding, "quarantine", "release", said.id, "--to", BOB, "--to", NOBODY, "--json")

    outcome = {one["address"]: (one["state"], one["reply"][:3]) for one in json.loads(done.stdout)[said.id]}
    assert (done.returncode, outcome) == (1, {BOB: ("released", "250"), NOBODY: ("held", "550")})
    assert [one.recipients for one in inbox.wait_for(token)] == [(BOB,)]
    (one,) = [one for one in listed(holding, "--state", "held") if one["id"] == said.id]
    assert [to["state"] for to in one["recipients"]] == ["released", "held", "held"]


def test_what_is_known_as_malware_by_now_is_not_released(
    token: str, holding: Gateway, clamd: Clamd, inbox: Capture
) -> None:
    """A release scans again."""
    mark = f"{token} is bad".encode()
    said = send(holding.port, held_mail(token, mark))
    clamd.add_signature("Postern.Test.Later", mark)
    clamd.restart()
    wait_until(holding.is_ready, holding.is_alive, 30, "the gateway to find its clamd again")
    done = postern(holding, "quarantine", "release", said.id)

    assert (done.returncode, b"malware was found in it: Postern.Test.Later" in done.stderr) == (1, True), done.stderr
    assert inbox.containing(token) == []


def test_strangers_get_nothing(token: str, holding: Gateway) -> None:
    """A recipient of no tenant, or of another one, cannot be released to."""
    said = send(holding.port, held_mail(token))
    done = postern(holding, "quarantine", "release", said.id, "--to", "eve@elsewhere.example")

    assert (done.returncode, b"is no recipient of example" in done.stderr) == (1, True), done.stderr


def test_original_is_exported_and_a_drop_is_final(token: str, holding: Gateway, tmp_path: Path) -> None:
    """What an admin saves is what was sent; what was dropped is gone."""
    raw = held_mail(token)
    said = send(holding.port, raw)
    file = tmp_path / "original.eml"

    assert postern(holding, "quarantine", "show", said.id, "--raw", str(file)).returncode == 0
    assert file.read_bytes() == raw
    assert postern(holding, "quarantine", "drop", said.id, "--why", "spam").returncode == 0
    assert postern(holding, "quarantine", "release", said.id).returncode == 1
    assert [one["id"] for one in listed(holding, "--state", "dropped")] == [said.id]


def test_hostile_subject_cannot_reach_the_terminal(token: str, holding: Gateway) -> None:
    """Escapes and marks of direction in header fields are shown as text."""
    subject = b"Subject: =?utf-8?q?=1b]0;owned=07=1b[31m_=e2=80=ae?=\r\n"
    raw = held_mail(token).replace(b"Subject: Figures for March\r\n", subject)
    said = send(holding.port, raw)

    assert subject in raw
    shown = [postern(holding, "quarantine", *words).stdout for words in (("list",), ("show", said.id))]

    assert said.code == 250
    assert [b"\x1b" in text or b"\x07" in text or "\u202e".encode() in text for text in shown] == [False, False]


def test_keeper_killed_in_traffic_loses_nothing(token: str, holding: Gateway) -> None:
    """Whatever was answered 250 is in the quarantine; what came meanwhile was put off, and is taken soon after."""
    answers = []
    for number in range(12):
        if number % 4 == 2:
            os.kill(holding.keeper(), signal.SIGKILL)
        answers.append(send(holding.port, held_mail(f"{token}-{number}")))
        hold(holding, held_mail(f"{token}-after-{number}"))

    kept = {one["id"] for one in listed(holding, "--limit", "1000")}
    assert {answer.code for answer in answers} <= {250, 451}
    assert [answer for answer in answers if answer.code == 250 and answer.id not in kept] == []


def test_removed_store_is_451_until_it_is_back(token: str, behind: Postfix, clamd: Clamd, inbox: Capture) -> None:
    """Nothing is answered 250 that is written to a folder which has gone; ordinary mail goes on."""
    hop = f"smtp://{HOST}:{behind.port}"
    with Gateway.running(hop, clamd.unix, tenants={"example": HOLDING}, more=STORE) as gateway:
        hold(gateway, held_mail(token))
        shutil.rmtree(gateway.folder / "store")
        refused = send(gateway.port, held_mail(token))
        passed = send(gateway.port, builders.mail(builders.text(), headers=headers(token)))

        assert (refused.code, refused.text.split()[0], passed.code) == (451, "4.3.0", 250)

        (gateway.folder / "store").mkdir(mode=0o700)
        said = hold(gateway, held_mail(token))

        assert [one["id"] for one in listed(gateway)] == [said.id]
    assert len(inbox.wait_for(token)) == 1


def test_full_disk_is_451_until_there_is_room(token: str, behind: Postfix, clamd: Clamd, tmp_path: Path) -> None:
    """A store that has no room takes nothing, and says so."""
    hop, disk = f"smtp://{HOST}:{behind.port}", tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=True)
    try:
        more = f'[store]\nfolder = "{disk}"\n'
        with Gateway.running(hop, clamd.unix, tenants={"example": HOLDING}, more=more) as gateway:
            first = hold(gateway, held_mail(token))
            ballast = disk / "ballast"
            _fill(ballast)
            refused = send(gateway.port, held_mail(token, os.urandom(50_000).hex().encode()))
            ballast.unlink()
            second = hold(gateway, held_mail(token))

            assert (refused.code, refused.text.split()[0]) == (451, "4.3.0")
            assert [one["id"] for one in listed(gateway)] == [second.id, first.id]
    finally:
        subprocess.run(["umount", disk], check=True)


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            return


def test_restart_in_between_changes_nothing(token: str, behind: Postfix, clamd: Clamd, inbox: Capture) -> None:
    """A held message survives the gateway, and is released without it."""
    hop = f"smtp://{HOST}:{behind.port}"
    with Gateway.running(hop, clamd.unix, tenants={"example": HOLDING}, more=STORE) as gateway:
        raw = held_mail(token)
        said = hold(gateway, raw)

        assert gateway.stop() == 0
        assert [one["id"] for one in listed(gateway)] == [said.id]
        assert postern(gateway, "quarantine", "release", said.id).returncode == 0
        (arrived,) = inbox.wait_for(token)
        assert arrived.data.endswith(raw)


def test_lost_answer_of_a_release_stays_unknown(token: str, clamd: Clamd) -> None:
    """Nobody is sent the message a second time without an admin's word (a stand-in: an honest MTA answers)."""
    with (
        ScriptedHop({"DOT": DROP}) as hop,
        Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix, tenants={"example": HOLDING}) as gateway,
    ):
        said = hold(gateway, held_mail(token))
        lost = postern(gateway, "quarantine", "release", said.id)
        tried = postern(gateway, "quarantine", "release", said.id)
        dropped = postern(gateway, "quarantine", "drop", said.id)
        hop.faults.clear()

        assert [one["state"] for one in listed(gateway)] == ["releasing?"]
        assert [one.returncode for one in (lost, tried, dropped)] == [1, 1, 1]
        assert b"releasing?" in lost.stderr
        assert len(hop.containing(token)) == 1
        assert postern(gateway, "quarantine", "release", said.id, "--again").returncode == 0
        assert [one["state"] for one in listed(gateway)] == ["released"]


def test_rejected_message_may_leave_a_copy(token: str, inbox: Capture, clamd: Clamd) -> None:
    """`keep: quarantine` beside a refusal: the sender hears 5xx, the admin has the original."""
    then = "{{action: reject, reason: type_not_allowed, keep: quarantine}}"
    rules = f"rules:\n  - {{{{id: tables, when: {{{{family: [csv]}}}}, then: {then}}}}}\n"
    tenants = {"example": TENANT + rules}
    with Gateway.running(f"smtp://{HOST}:{inbox.port}", clamd.unix, tenants=tenants) as gateway:
        said = send(gateway.port, held_mail(token))

        assert said.code == 550
        assert [(one["id"], one["is_copy"]) for one in listed(gateway)] == [(said.id, True)]


def test_release_that_comes_back_is_not_caught_again(token: str, inbox: Capture, clamd: Clamd) -> None:
    """The next hop leads back here: its pass lets the message through once more, as it was, and is taken off."""
    with Gateway.running(f"smtp://{HOST}:{inbox.port}", clamd.unix, tenants={"example": HOLDING}) as gateway:
        raw = held_mail(token)
        said = hold(gateway, raw)
        done = postern(gateway, "quarantine", "release", said.id, "--through-postern")
        assert done.returncode == 0, done.stderr
        (first,) = inbox.wait_for(token)
        back = b"Received: from loop.example\r\n" + first.data[first.data.index(b"X-Postern-Release:") :]

        assert send(gateway.port, back).text.startswith("2.0.0 ")
        last = inbox.wait_for(token, 2)[-1].data
        assert (last.endswith(raw), b"X-Postern-Release" in last) == (True, False)
        assert send(gateway.port, back, recipient=CAROL).text.startswith("2.6.0 held")
        assert send(gateway.port, back + b"x\r\n").text.startswith("2.6.0 held")
