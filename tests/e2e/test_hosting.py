"""A tenant whose policy hosts: a link in place of the file, and the file there for as long as its mail is."""

import hashlib
import os
import re
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import message_from_bytes, policy
from urllib.parse import unquote

import pytest

from gateway.adapters.blobs import open_blobs
from gateway.adapters.linkkeys import LinkKeys, add_key
from gateway.adapters.sql.engine import open_engine
from gateway.adapters.sql.hosted import SqlHosted
from gateway.edit.tokens import read
from gateway.model.hosted import FileState, HostedFile
from gateway.ports.blobs import Blob
from gateway.ports.hosting import Which
from tests import builders
from tests.e2e.mails import USERS, headers
from tests.services import postfix
from tests.services.capture import Capture
from tests.services.clamd import Clamd, running_clamd
from tests.services.client import send
from tests.services.gateway import TENANT, Gateway, children_of
from tests.services.moto import BUCKET, moto
from tests.services.ports import HOST, free_ports, wait_until
from tests.services.postfix import Postfix
from tests.services.scripted_hop import DROP, Hold, ScriptedHop

DOMAINS = [f"files{number}.example" for number in range(6)]
SETTINGS = f"""
[store]
folder = "store"
wait = "9s"
{{blobs}}
[hosting]
domains = {DOMAINS}
keys = "link.keys"
"""
HOSTING = TENANT.replace(
    "otherwise: reject", "otherwise: reject\nrules: [{{id: host-pdf, when: {{family: pdf}}, then: {{action: host}}}}]"
)
PICTURE = builders.part(builders.picture(), "image/png", "a.png")
_LINK = re.compile(r"https://(files\d\.example)/([A-Za-z0-9_.-]+)/([^\s\"<>]+)")


def document(token: str) -> bytes:
    """Return a PDF that no other test sends."""
    return builders.document() + f"% {token}\n".encode()


def mail(token: str, picture: bytes = PICTURE) -> bytes:
    """Write a mail with a text, a document and a picture."""
    file = builders.part(document(token), "application/pdf", "Plan für März.pdf")
    whole = builders.multipart(*filter(None, (builders.text("Grüße\r\n"), file, picture)), boundary="b")
    return builders.head(headers(token)) + whole


class Host:
    """A gateway that hosts, and what its catalogue says."""

    def __init__(self, gateway: Gateway, blobs: str = "") -> None:
        self.gateway = gateway
        self._blobs = blobs

    def files(self, which: Which) -> list[HostedFile]:
        """Return rows; none where there is no store yet."""
        folder = self.gateway.folder / "store"
        if not (folder / "postern.db").exists():
            return []
        engine = open_engine("", folder)
        try:
            return list(SqlHosted(engine).list(which, 100))
        finally:
            engine.dispose()

    def of(self, token: str) -> list[HostedFile]:
        """Return the rows of a test's document."""
        return self.files(Which(sha256=hashlib.sha256(document(token)).hexdigest()))

    def content(self, file: HostedFile) -> bytes:
        """Return the bytes that are kept."""
        return b"".join(
            open_blobs(self._blobs, self.gateway.folder / "store/blobs").open(Blob(file.tenant, file.sha256))
        )


@contextmanager
def host(
    next_hop: str, scanner: str, blobs: str = "", tenant: str = HOSTING, milter: Sequence[str] = ()
) -> Iterator[Host]:
    """Run a gateway that hosts PDFs."""
    more = SETTINGS.format(blobs=f'blobs = "{blobs}"' if blobs else "")
    with Gateway.running(next_hop, scanner, more=more, tenants={"example": tenant}, milter=milter) as running:
        add_key(running.folder / "link.keys")
        yield Host(running, blobs)


@pytest.fixture(scope="module")
def hosting(behind: Postfix, clamd: Clamd) -> Iterator[Host]:
    """Run one before the tenant's Postfix."""
    with host(f"smtp://{HOST}:{behind.port}", clamd.unix) as running:
        yield running


def shown(raw: bytes) -> tuple[str, str]:
    """Return the text and the page that stand in the place of the file; the mail must be sound."""
    seen = message_from_bytes(raw, policy=policy.SMTP)
    assert [one.defects for one in seen.walk()] == [[] for _ in seen.walk()]
    _, card, _ = seen.iter_parts()
    plain, html = (card.get_body((kind,)) for kind in ("plain", "html"))
    assert plain
    assert html
    return plain.get_content(), html.get_content()


def check_link(running: Host, raw: bytes, token: str) -> None:
    """Check that text and page name the file by a link that says what the row says."""
    (file,) = running.of(token)
    links = [_LINK.search(text) for text in shown(raw)]
    (found,) = {link.groups() for link in links if link}
    claims = read(found[1], LinkKeys(running.gateway.folder / "link.keys").read())

    assert (claims.file, claims.tenant, claims.audience) == (file.id, "example", file.audience)
    assert claims.expires_at == int(file.expires_at)
    assert (found[0], unquote(found[2])) == (file.domain, "Plan für März.pdf")


def test_file_waits_behind_a_link_and_the_rest_arrives_as_it_was(token: str, hosting: Host, inbox: Capture) -> None:
    """Text and page name it; the row lives, and the bytes are those that were sent."""
    raw = mail(token)
    said = send(hosting.gateway.port, raw)

    assert said.code == 250, said
    (arrived,) = inbox.wait_for(token)
    (file,) = hosting.of(token)
    check_link(hosting, arrived.data, token)
    before, after = raw.split(builders.part(document(token), "application/pdf", "Plan für März.pdf"))
    assert before in arrived.data
    assert arrived.data.rstrip(b"\r\n").endswith(after.rstrip(b"\r\n"))
    assert (file.state, file.name, file.message, file.recipients) == (
        FileState.LIVE,
        "Plan für März.pdf",
        said.id or file.message,
        ("bob@example.test",),
    )
    assert file.scanned_at == file.created_at
    assert file.signatures.startswith("ClamAV")
    assert "family:pdf" in file.kinds
    assert hosting.content(file) == document(token)


def test_the_same_file_again_is_kept_once(token: str, hosting: Host, inbox: Capture) -> None:
    """Two rows, one content."""
    for _ in range(2):
        assert send(hosting.gateway.port, mail(token)).code == 250
    inbox.wait_for(token)
    files = hosting.of(token)
    digest = files[0].sha256

    assert [FileState.LIVE] * 2 == [one.state for one in files]
    assert len({one.id for one in files}) == 2
    assert len(list((hosting.gateway.folder / "store/blobs").glob(f"*/*/{digest}"))) == 1


@pytest.mark.parametrize("content", [builders.program(), builders.eicar()], ids=["program", "infected"])
def test_what_must_not_pass_is_never_hosted(token: str, content: bytes, hosting: Host, inbox: Capture) -> None:
    """It is refused as ever, and no row is written."""
    file = builders.part(content, "application/pdf", "plan.pdf")
    said = send(hosting.gateway.port, builders.head(headers(token)) + builders.multipart(builders.text(), file))

    assert said.code >= 500, said
    assert inbox.containing(token) == []
    assert hosting.files(Which(sha256=hashlib.sha256(content).hexdigest())) == []


@pytest.mark.parametrize("answer", [b"554 5.6.0 not this\r\n", b"452 4.3.1 disk full\r\n"])
def test_files_of_refused_mail_are_gone(token: str, answer: bytes, clamd: Clamd) -> None:
    """The client hears the refusal, and has the mail."""
    with ScriptedHop({"DOT": answer}) as hop, host(f"smtp://{HOST}:{hop.port}", clamd.unix) as running:
        said = send(running.gateway.port, mail(token))

        assert said.code == int(answer[:3])
        assert running.of(token) == []
        assert len(running.gateway.events("hosted")) == 1


def test_files_live_where_the_answer_was_lost(token: str, clamd: Clamd) -> None:
    """The mail may have been delivered, and its link is not dead then."""
    with ScriptedHop({"DOT": DROP}) as hop, host(f"smtp://{HOST}:{hop.port}", clamd.unix) as running:
        said = send(running.gateway.port, mail(token))
        (file,) = running.of(token)

        assert (said.code, file.state) == (451, FileState.LIVE)


def test_files_live_where_everybody_died_before_the_answer(token: str, clamd: Clamd) -> None:
    """They pend until the keeper starts anew: kill -9 while the next hop has the mail and says nothing."""
    hold = Hold()
    with ScriptedHop({"DOT": hold}) as hop, host(f"smtp://{HOST}:{hop.port}", clamd.unix) as running:
        gateway = running.gateway
        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(send, gateway.port, mail(token))
            wait_until(lambda: bool(hop.containing(token)), gateway.is_alive, 30, "the message at the next hop")

            assert [FileState.PENDING] == [one.state for one in running.of(token)]

            for pid in children_of(gateway.process.pid):
                os.kill(pid, signal.SIGKILL)
            assert sending.result().code == 0
            hold.released.set()
            wait_until(
                lambda: [one.state for one in running.of(token)] == [FileState.LIVE],
                gateway.is_alive,
                30,
                "the file to live",
            )


def test_nothing_leaves_while_files_cannot_be_stored(token: str, hosting: Host, inbox: Capture) -> None:
    """A keeper that does not answer, and one that has no keys."""
    gateway = hosting.gateway
    keeper, keys = gateway.keeper(), gateway.folder / "link.keys"
    os.kill(keeper, signal.SIGSTOP)
    try:
        silent = send(gateway.port, mail(token))
    finally:
        os.kill(keeper, signal.SIGCONT)
    keys.rename(keys.with_suffix(".away"))
    keyless = send(gateway.port, mail(token))
    keys.with_suffix(".away").rename(keys)

    assert [str(one)[:9] for one in (silent, keyless)] == ["451 4.3.0"] * 2
    assert inbox.containing(token) == []
    assert send(gateway.port, mail(token)).code == 250


def test_only_large_files_are_hosted_where_the_policy_says_so(token: str, inbox: Capture, clamd: Clamd) -> None:
    """`hosting.over` counts decoded bytes; the mail arrives as it was sent."""
    tenant = HOSTING + f"hosting: {{{{over: {len(document(token)) + 1}B}}}}\n"
    with host(f"smtp://{HOST}:{inbox.port}", clamd.unix, tenant=tenant) as running:
        said = send(running.gateway.port, mail(token))
        (arrived,) = inbox.wait_for(token)

        assert said.code == 250
        assert arrived.data.endswith(mail(token))
        assert running.of(token) == []


def test_mail_that_an_mta_keeps_gets_its_links_too(token: str, inbox: Capture, clamd: Clamd) -> None:
    """At the milter door; its files live once the MTA was told what to change."""
    (port,) = free_ports(1)
    with host(f"smtp://{HOST}:1", clamd.unix, milter=[f"{HOST}:{port}"]) as running:
        mta = postfix.with_milter(f"inet:{HOST}:{port}", inbox.port, USERS)
        try:
            said = send(mta.port, mail(token))
            (arrived,) = inbox.wait_for(token)
        finally:
            mta.stop()
        (file,) = running.of(token)

        assert (said.code, file.state) == (250, FileState.LIVE)
        check_link(running, arrived.data, token)


def test_contents_may_lie_in_s3(token: str, inbox: Capture, clamd: Clamd, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, with another store behind."""
    with moto() as environment:
        for key, value in environment.items():
            monkeypatch.setenv(key, value)
        with host(f"smtp://{HOST}:{inbox.port}", clamd.unix, f"s3://{BUCKET}/hosted") as running:
            said = send(running.gateway.port, mail(token))
            (arrived,) = inbox.wait_for(token)
            (file,) = running.of(token)

            assert (said.code, file.state) == (250, FileState.LIVE)
            check_link(running, arrived.data, token)
            assert running.content(file) == document(token)


@pytest.mark.parametrize("word", ["true", "false"])
def test_mail_goes_before_the_scan_where_the_policy_says_so(token: str, word: str, inbox: Capture) -> None:
    """No clamd is there: the mail arrives, and its file waits for a scan; without the word both wait."""
    tenant = HOSTING + f"hosting: {{{{deliver_before_scan: {word}}}}}\n"
    with running_clamd() as clamd, host(f"smtp://{HOST}:{inbox.port}", clamd.unix, tenant=tenant) as running:
        clamd.stop()
        said = send(running.gateway.port, mail(token, picture=b""))
        files = running.of(token)

    if word == "false":
        assert (str(said)[:9], files, inbox.containing(token)) == ("451 4.3.0", [], [])
        return
    assert said.code == 250
    assert [(FileState.SCANNING, 0.0, "")] == [(one.state, one.scanned_at, one.signatures) for one in files]
    assert len(inbox.wait_for(token)) == 1
