"""Signed mail through a real Postfix and the milter door: sound where it is left alone, else under a sound seal."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dkim
import pytest

from gateway.authn import signing
from tests import builders
from tests.e2e.mails import USERS, headers
from tests.services import postfix
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import send
from tests.services.gateway import TENANT, Gateway
from tests.services.mail_dkim import by_mail_dkim
from tests.services.nsd import nsd

SENDER = "example.org"
KEYS = {"sel": signing.make("rsa"), "arc": signing.make("rsa")}
SETTINGS = """
[milter]
socket_mode = "0666"
[authentication]
resolver = ["{server}"]
authserv_id = "gateway.test"
[arc]
domain = "gateway.test"
keys = ["arc:{folder}/arc.pem"]
"""


@dataclass(frozen=True, slots=True)
class Site:
    """The Postfix that asks, and the name server that has the keys."""

    port: int
    server: str


def _record(selector: str) -> str:
    record = signing.signer(KEYS[selector]).record
    strings = " ".join(f'"{record[at : at + 200]}"' for at in range(0, len(record), 200))
    return f"{selector}._domainkey IN TXT ( {strings} )\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, clamd: Clamd, inbox: Capture) -> Iterator[Site]:
    """Run a site that strips what it does not allow, and seals what it changed."""
    folder = Path(tempfile.mkdtemp(prefix="milter-"))
    folder.chmod(0o755)
    (folder / "arc.pem").write_bytes(KEYS["arc"])
    (folder / "arc.pem").chmod(0o600)
    place = f"unix:{folder}/socket"
    zones = {SENDER: _record("sel") + '@ IN TXT "v=spf1 ip4:127.0.0.1 -all"\n', "gateway.test": _record("arc")}
    tenant = {"example": TENANT.replace("otherwise: reject", "otherwise: strip")}
    with nsd(tmp_path_factory.mktemp("nsd"), zones) as server:
        more = SETTINGS.format(server=server, folder=folder)
        with Gateway.running("smtp://127.0.0.1:1", clamd.unix, more=more, tenants=tenant, milter=[place]):
            mta = postfix.with_milter(place, inbox.port, USERS)
            try:
                yield Site(mta.port, server)
            finally:
                mta.stop()
    shutil.rmtree(folder)


def signed(token: str, *parts: bytes) -> bytes:
    """Return a mail that its sender signed."""
    raw = builders.head(headers(token)).replace(
        b"From: Anna Sender <anna@sender.example>\r\n", f"From: Bob <bob@{SENDER}>\r\n".encode()
    )
    raw += builders.multipart(builders.text("hello\r\n"), *parts, boundary="b")
    signature = dkim.sign(raw, b"sel", SENDER.encode(), KEYS["sel"], canonicalize=(b"relaxed", b"relaxed"))
    return bytes(signature) + raw


def test_untouched_mail_keeps_its_signature(token: str, site: Site, inbox: Capture) -> None:
    """Postfix and Postern put their fields on top of it, and no more."""
    raw = signed(token, builders.part(builders.picture(), "image/png", "a.png"))
    said = send(site.port, raw, f"bob@{SENDER}")
    (arrived,) = inbox.wait_for(token)

    assert said.code == 250
    assert arrived.data.endswith(raw)
    assert by_mail_dkim(site.server, "dkim", arrived.data) == "pass"


def test_changed_mail_arrives_under_a_sound_seal(token: str, site: Site, inbox: Capture) -> None:
    """The seal is over the header and body that Postfix made of our actions."""
    table = builders.part(b"PAR1" + bytes(range(256)) * 40 + b"PAR1", "application/x-parquet", "figures.parquet")
    said = send(site.port, signed(token, table), f"bob@{SENDER}")
    (arrived,) = inbox.wait_for(token)

    assert said.code == 250
    assert b"PAR1" not in arrived.data
    assert arrived.data.startswith(b"ARC-Seal: i=1;")
    assert by_mail_dkim(site.server, "arc", arrived.data).startswith("pass")
    assert b"spf=pass smtp.mailfrom=example.org; dkim=pass" in arrived.data.replace(b"\r\n\t", b" ")
