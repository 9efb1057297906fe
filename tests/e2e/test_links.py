"""A tenant that hides its old file domain: its links lead to attachment domains, and every other byte stays."""

import base64
import quopri
import re
from collections.abc import Iterator

import pytest

from gateway.adapters.linkkeys import LinkKeys, add_key
from gateway.adapters.sql.engine import open_engine
from gateway.adapters.sql.hosted import SqlHosted
from gateway.edit.tokens import read
from gateway.model.hosted import FileState, HostedFile
from gateway.ports.hosting import Which
from tests import builders
from tests.e2e.mails import headers
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import send
from tests.services.gateway import TENANT, Gateway
from tests.services.ports import HOST
from tests.services.postfix import Postfix

DOMAINS = [f"files{number}.example" for number in range(6)]
SETTINGS = f'\n[store]\nfolder = "store"\n[hosting]\ndomains = {DOMAINS}\nkeys = "link.keys"\n'
LINKS = TENANT + "links: {{hosts: [{{from: files.old.example/share}}]}}\n"
OLD = [f"https://files.old.example/share/Report%20{number}.pdf?v=1" for number in (1, 2)]
_NEW = re.compile(rb"https://(files\d\.example)/([A-Za-z0-9_.-]+)/+")


@pytest.fixture(scope="module")
def linking(behind: Postfix, clamd: Clamd) -> Iterator[Gateway]:
    """Run a gateway whose tenant names its old file host."""
    tenants = {"example": LINKS}
    with Gateway.running(f"smtp://{HOST}:{behind.port}", clamd.unix, more=SETTINGS, tenants=tenants) as running:
        add_key(running.folder / "link.keys")
        yield running


def newsletter() -> str:
    """Write a page with fifty links, two of them to the old host."""
    links = [f"https://shop.example/offer/{number}?utm=1&amp;x=files.old.example" for number in range(48)]
    links[10:10], links[40:40] = [OLD[0]], [OLD[1]]
    cells = "\r\n".join(f'<td style="color:red"><a href="{one}">Größe für {one[8:12]}</a></td>' for one in links)
    return f"<html><body><!-- {OLD[0]} -->\r\n<table>{cells}</table></body></html>\r\n"


def rows(gateway: Gateway) -> dict[str, HostedFile]:
    """Return what the catalogue says of links, by id."""
    engine = open_engine("", gateway.folder / "store")
    try:
        return {one.id: one for one in SqlHosted(engine).list(Which(tenant="example"), 100)}
    finally:
        engine.dispose()


def coded(page: str, encoding: str) -> bytes:
    """Return a page as a mail program writes it."""
    raw = page.encode()
    if encoding == "base64":
        return base64.encodebytes(raw).replace(b"\n", b"\r\n")
    if encoding == "quoted-printable":
        return quopri.encodestring(raw.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return raw


def said(body: bytes, encoding: str) -> bytes:
    """Return what a body says."""
    match encoding:
        case "base64":
            return base64.b64decode(body)
        case "quoted-printable":
            return quopri.decodestring(body)
        case _:
            return body


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_newsletter_arrives_as_it_was_outside_of_two_links(
    token: str, encoding: str, linking: Gateway, inbox: Capture
) -> None:
    """Each leads to an attachment domain by a token of its own row; nothing else has changed."""
    page = newsletter()
    fields = [("Content-Type", "text/html; charset=utf-8"), ("Content-Transfer-Encoding", encoding)]
    answer = send(linking.port, builders.message(headers=[*headers(token), *fields], body=coded(page, encoding)))

    assert answer.code == 250, answer
    (arrived,) = inbox.wait_for(token)
    whole = said(arrived.data.partition(b"\r\n\r\n")[2].rstrip(b"\r\n") + b"\r\n", encoding)
    found = _NEW.findall(whole)
    keys, known = LinkKeys(linking.folder / "link.keys").read(), rows(linking)
    links = [known[read(one[1].decode(), keys).file] for one in found]

    assert OLD == [one.name for one in links]
    assert [(FileState.LIVE, one.domain, ("bob@example.test",)) for one in links] == [
        (one.state, domain.decode(), one.recipients) for one, (domain, _) in zip(links, found, strict=True)
    ]
    names = iter(OLD)
    assert page.encode() == _NEW.sub(lambda _: next(names).encode(), whole)
    assert linking.events("linked")


def test_mail_of_others_is_not_touched(token: str, linking: Gateway, inbox: Capture) -> None:
    """A look-alike is no link to the host."""
    text = "https://files.old.example@evil.example/share/a https://files.old.example.evil.example/share/a\r\n"
    raw = builders.message(headers=headers(token), body=text.encode())

    assert send(linking.port, raw).code == 250
    (arrived,) = inbox.wait_for(token)
    assert arrived.data.endswith(raw)
