"""A real Postfix that asks Postern as its milter: over a unix socket and over TCP."""

import itertools
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import builders
from tests.e2e.mails import USERS, fresh_token, plain, with_file, with_pdf
from tests.services import postfix
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import SENDER, Client, send
from tests.services.gateway import Gateway
from tests.services.ports import HOST, free_ports, wait_until
from tests.services.postfix import Postfix

MODE = '[milter]\nsocket_mode = "0666"\n'
TENANTS = {
    "example": "tenant: example\ndomains: [example.test]\nnext_hop: smtp://127.0.0.1:1\nallow: [pdf]\n",
    "marked": "tenant: marked\nrecipients: [carol@example.test]\nnext_hop: smtp://127.0.0.1:1\n"
    "allow: [images]\notherwise: tag\n",
    "cleaned": "tenant: cleaned\nrecipients: [dave@example.test]\nnext_hop: smtp://127.0.0.1:1\n"
    "allow: [images]\notherwise: strip\n",
}


@dataclass(frozen=True, slots=True)
class Site:
    """A gateway with a milter door, and the Postfix that asks it."""

    gateway: Gateway
    mta: Postfix


@pytest.fixture(scope="module", params=["unix", "tcp"])
def site(request: pytest.FixtureRequest, clamd: Clamd, inbox: Capture) -> Iterator[Site]:
    """Run a site."""
    (port,) = free_ports(1)
    folder = Path(tempfile.mkdtemp(prefix="milter-"))
    folder.chmod(0o755)
    ours, theirs = {
        "unix": (f"unix:{folder}/socket", f"unix:{folder}/socket"),
        "tcp": (f"{HOST}:{port}", f"inet:{HOST}:{port}"),
    }[request.param]
    with Gateway.running("", clamd.unix, tenants=TENANTS, milter=[ours], more=MODE) as gateway:
        mta = postfix.with_milter(
            theirs,
            inbox.port,
            USERS,
            milter_connect_timeout="3s",
            milter_command_timeout="3s",
            milter_content_timeout="9s",
        )
        try:
            yield Site(gateway, mta)
        finally:
            mta.stop()
            shutil.rmtree(folder)


def test_allowed_mail_is_left_as_it_came(token: str, site: Site, inbox: Capture) -> None:
    """Not a byte is changed below the MTA's own trace field, and there is no second one."""
    raw = with_pdf(token)
    said = send(site.mta.port, raw)
    (arrived,) = inbox.wait_for(token)
    queue_id = said.text.split()[-1]

    assert said.code == 250
    assert arrived.data.endswith(raw)
    assert arrived.data.count(b"Received:") == 1
    assert [one["reply"] for one in site.gateway.events("message") if one["queue_id"] == queue_id] == [
        "250 2.0.0 accepted, the MTA keeps the message"
    ]


def test_refusal_reaches_the_client_in_our_words(token: str, site: Site, inbox: Capture) -> None:
    """A percent sign stays one."""
    said = send(site.mta.port, with_file(token, builders.program(), "application/pdf", "100% report.pdf"))

    assert str(said).startswith("550 5.7.1 disguised: ")
    assert 'part="100% report.pdf"' in said.text
    assert inbox.containing(token) == []


def test_recipients_of_another_policy_wait_for_another_transaction(token: str, site: Site, inbox: Capture) -> None:
    """The first goes its way, a stranger is refused by the MTA itself."""
    with Client(site.mta.port) as client:
        client.command(f"MAIL FROM:<{SENDER}>")
        codes = [client.command(f"RCPT TO:<{user}@example.test>").text[:11] for user in ("bob", "carol", "nobody")]
        said = client.data(plain(token))
    (arrived,) = inbox.wait_for(token)

    assert (codes[0][:5], codes[1], codes[2][:5]) == ("2.1.5", "4.5.3 other", "5.1.1")
    assert (said.code, arrived.recipients) == (250, ("bob@example.test",))


def test_marked_mail_has_our_fields_on_top(token: str, site: Site, inbox: Capture) -> None:
    """Above the sender's; every other byte is as it came."""
    raw = with_pdf(token)
    send(site.mta.port, raw, recipient="carol@example.test")
    (arrived,) = inbox.wait_for(token)
    top = arrived.data.removesuffix(raw)

    assert arrived.data.endswith(raw)
    assert top.count(b"X-Postern-Tag: action=tag;\r\n\treason=type_not_allowed;") == 1


def test_stripped_part_gives_way_to_a_notice(token: str, site: Site, inbox: Capture) -> None:
    """The body is replaced; what stays in it is what came."""
    raw = with_pdf(token)
    said = send(site.mta.port, raw, recipient="dave@example.test")
    (arrived,) = inbox.wait_for(token)
    header, _, body = arrived.data.partition(b"\r\n\r\n")

    assert said.code == 250
    assert b"JVBERi0" in raw
    assert b"JVBERi0" not in body
    assert b"\nX-Postern-Removed: action=strip;" in b"\n" + header
    assert body.startswith(raw.partition(b"\r\n\r\n")[2].partition(b"application/pdf")[0][:40])


def test_stripped_root_changes_header_and_body(token: str, site: Site, inbox: Capture) -> None:
    """A message that is the file itself."""
    entity = builders.part(builders.document(), "application/pdf", "invoice.pdf")
    raw = builders.mail(entity, headers=[*builders.ORDINARY, ("X-Test-Token", token)])
    said = send(site.mta.port, raw, recipient="dave@example.test")
    (arrived,) = inbox.wait_for(token)
    header, _, body = arrived.data.partition(b"\r\n\r\n")

    assert said.code == 250
    assert header.lower().count(b"\r\ncontent-type:") == 1
    assert b"application/pdf" not in header.partition(b"Content-Type:")[2]
    assert b"JVBERi0" not in body


def test_two_hundred_messages_pass_on_one_connection(site: Site, inbox: Capture) -> None:
    """One SMTP session, one connection with the milter."""
    token = fresh_token()
    with Client(site.mta.port) as client:
        answers = {client.send(plain(token)).code for _ in range(200)}

    assert answers == {250}
    assert len(inbox.wait_for(token, 200)) == 200


def test_mail_cut_off_in_the_middle_leaves_nothing(site: Site, inbox: Capture) -> None:
    """The MTA aborts; the next mail passes."""
    cut, after = fresh_token(), fresh_token()
    with Client(site.mta.port) as client:
        client.envelope()
        client.command("DATA")
        client.say(plain(cut))
    said = send(site.mta.port, plain(after))
    inbox.wait_for(after)

    assert said.code == 250
    assert inbox.containing(cut) == []


def test_stopped_milter_puts_mail_off(site: Site, inbox: Capture) -> None:
    """SIGSTOP of all workers: 4xx within the MTA's time, nothing passes; later all is well again."""
    held, after = fresh_token(), fresh_token()
    workers = site.gateway.workers()
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    try:
        said = send(site.mta.port, plain(held))
    finally:
        for pid in workers:
            os.kill(pid, signal.SIGCONT)
    again = send(site.mta.port, plain(after))
    inbox.wait_for(after)

    assert said.code // 100 == 4
    assert again.code == 250
    assert inbox.containing(held) == []


def test_killed_milter_puts_mail_off(site: Site, inbox: Capture) -> None:
    """Kill -9 of all workers within a transaction: 4xx, and nothing unfiltered passes; new workers take over."""
    lost, after = fresh_token(), fresh_token()
    with Client(site.mta.port) as client:
        client.envelope()
        for pid in site.gateway.workers():
            os.kill(pid, signal.SIGKILL)
        said = client.data(with_file(lost, builders.program(), "application/pdf", "report.pdf"))
    wait_until(site.gateway.is_ready, site.gateway.is_alive, 60, "new workers")
    again = send(site.mta.port, plain(after))
    inbox.wait_for(after)

    assert said.code // 100 == 4
    assert again.code == 250
    assert inbox.containing(lost) == []


def test_reload_under_traffic_loses_nothing(site: Site, inbox: Capture) -> None:
    """Old workers serve the sessions that they have, new ones those that come: every mail gets 250."""
    token, is_over, answers = fresh_token(), threading.Event(), list[int]()

    def traffic() -> None:
        while not is_over.is_set():
            with Client(site.mta.port) as client:
                for _ in itertools.takewhile(lambda _: not is_over.is_set(), range(5)):
                    answers.append(client.send(plain(token)).code)

    sender = threading.Thread(target=traffic)
    path = site.gateway.folder / "postern.toml"
    before = len(site.gateway.events("reloaded"))
    with Client(site.mta.port) as long_lived:
        first = long_lived.send(plain(token))
        sender.start()
        path.write_text(path.read_text() + f'[limits]\nsize = "{40 + before}MiB"\n')
        site.gateway.process.send_signal(signal.SIGHUP)
        wait_until(lambda: len(site.gateway.events("reloaded")) > before, site.gateway.is_alive, 60, "the new cast")
        last = long_lived.send(plain(token))
    is_over.set()
    sender.join()

    assert (first.code, last.code, set(answers)) == (250, 250, {250})
    assert len(inbox.wait_for(token, len(answers) + 2)) == len(answers) + 2
