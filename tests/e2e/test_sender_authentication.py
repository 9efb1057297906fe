"""Signed mail through the gateway: valid where nothing changed, under a valid seal where something did.

Keys lie in a real name server; Mail::DKIM, which shares no code with us, says whether what arrives is sound.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dkim
import pytest

from gateway.authn import signing
from tests import builders
from tests.e2e.mails import headers
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import send
from tests.services.gateway import TENANT, Gateway
from tests.services.mail_dkim import by_mail_dkim
from tests.services.nsd import nsd
from tests.services.ports import HOST

SENDER = "example.org"
"""Whoever signs."""
STRIPPING = TENANT.replace("otherwise: reject", "otherwise: strip")
ASKING = (
    TENANT
    + """rules:
  - id: unknown-senders
    when: {{auth: {{spf: [temperror]}}}}
    then: {{action: defer, reason: auth_undecided}}
  - id: partners
    owner: admin@example.test
    expires: 2999-01-01
    when: {{sender: {{domain: [example.org], auth: [dmarc]}}}}
    then: {{action: allow}}
"""
)
PICTURE = builders.part(builders.picture(), "image/png", "a.png")
TABLE = builders.part(b"PAR1" + bytes(range(256)) * 40 + b"PAR1", "application/x-parquet", "figures.parquet")
KEYS = {"sel": signing.make("rsa"), "arc": signing.make("rsa"), "ed": signing.make("ed25519")}
ARC = """
[authentication]
resolver = ["{server}"]
authserv_id = "gateway.test"
{more}
[arc]
domain = "gateway.test"
keys = ["{selector}:{folder}/{selector}.pem"]
"""


def _record(selector: str) -> str:
    record = signing.signer(KEYS[selector]).record
    strings = " ".join(f'"{record[at : at + 200]}"' for at in range(0, len(record), 200))
    return f"{selector}._domainkey IN TXT ( {strings} )\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Publish the keys of the sender and of the gateway."""
    zones = {
        SENDER: _record("sel") + '@ IN TXT "v=spf1 ip4:127.0.0.1 -all"\n_dmarc IN TXT "v=DMARC1; p=reject"\n',
        "gateway.test": _record("arc") + _record("ed"),
        "broken.example": None,
    }
    with nsd(tmp_path_factory.mktemp("nsd"), zones) as address:
        yield address


@contextmanager
def _gateway(
    folder: Path,
    inbox: Capture,
    clamd: Clamd,
    server: str,
    selector: str = "arc",
    more: str = "",
    tenant: str = STRIPPING,
) -> Iterator[Gateway]:
    for name, pem in KEYS.items():
        (folder / f"{name}.pem").write_bytes(pem)
    settings = ARC.format(server=server, selector=selector, folder=folder, more=more)
    with Gateway.running(f"smtp://{HOST}:{inbox.port}", clamd.unix, more=settings, tenants={"example": tenant}) as one:
        yield one


@pytest.fixture(scope="module")
def sealing(tmp_path_factory: pytest.TempPathFactory, inbox: Capture, clamd: Clamd, server: str) -> Iterator[Gateway]:
    """Run a gateway that strips, and seals what it changed."""
    with _gateway(tmp_path_factory.mktemp("keys"), inbox, clamd, server) as running:
        yield running


def _mail(token: str, *parts: bytes, top: bytes = b"") -> bytes:
    """Return a mail that its sender signed."""
    raw = builders.head(headers(token)).replace(
        b"From: Anna Sender <anna@sender.example>\r\n", f"From: Bob <bob@{SENDER}>\r\n".encode()
    )
    raw += builders.multipart(builders.text("hello\r\n"), *parts, boundary="b")
    signature = dkim.sign(raw, b"sel", SENDER.encode(), KEYS["sel"], canonicalize=(b"relaxed", b"relaxed"))
    return top + bytes(signature) + raw


def test_untouched_mail_keeps_its_signature(token: str, sealing: Gateway, inbox: Capture, server: str) -> None:
    """Whatever we put on top is not ours to sign, and nothing else changed."""
    raw = _mail(token, PICTURE)
    said = send(sealing.port, raw, f"bob@{SENDER}")

    assert said.code == 250, said
    (arrived,) = inbox.wait_for(token)
    assert arrived.data.endswith(raw)
    assert b"ARC-Seal" not in arrived.data
    assert by_mail_dkim(server, "dkim", arrived.data) == "pass"


def test_changed_mail_arrives_under_a_seal_that_others_accept(
    token: str, sealing: Gateway, inbox: Capture, server: str
) -> None:
    """The signature is broken by the notice; the seal says that it was sound when it came."""
    said = send(sealing.port, _mail(token, TABLE, PICTURE), f"bob@{SENDER}")

    assert said.code == 250, said
    (arrived,) = inbox.wait_for(token)
    assert b"PAR1" not in arrived.data
    assert by_mail_dkim(server, "dkim", arrived.data).startswith("fail")
    assert by_mail_dkim(server, "arc", arrived.data).startswith("pass")
    results = arrived.data.partition(b"\r\nAuthentication-Results: ")[2].partition(b"\r\nReceived:")[0]
    assert results.replace(b"\r\n\t", b" ").startswith(
        b"gateway.test; spf=pass smtp.mailfrom=example.org; dkim=pass header.d=example.org header.s=sel"
    )
    assert b"dmarc=pass" in results
    assert b"ARC-Authentication-Results: i=1; gateway.test;" in arrived.data


def test_a_chain_that_began_elsewhere_goes_on(token: str, sealing: Gateway, inbox: Capture, server: str) -> None:
    """A forwarder (dkimpy) sealed it first; we change it, and both links hold."""
    raw = _mail(token, TABLE, PICTURE, top=b"Authentication-Results: forwarder.example; arc=none\r\n")
    first = b"".join(dkim.arc_sign(raw, b"sel", SENDER.encode(), KEYS["sel"], b"forwarder.example"))
    said = send(sealing.port, first + raw, f"bob@{SENDER}")

    assert said.code == 250, said
    (arrived,) = inbox.wait_for(token)
    assert arrived.data.startswith(b"ARC-Seal: i=2; a=rsa-sha256; cv=pass;")
    assert by_mail_dkim(server, "arc", arrived.data).startswith("pass")


def test_a_broken_chain_is_sealed_as_failed(token: str, sealing: Gateway, inbox: Capture) -> None:
    """Nobody may take it for a sound one."""
    raw = _mail(token, TABLE, top=b"Authentication-Results: forwarder.example; arc=none\r\n")
    first = b"".join(dkim.arc_sign(raw, b"sel", SENDER.encode(), KEYS["sel"], b"forwarder.example"))
    said = send(sealing.port, first + raw.replace(b"hello", b"hallo"), f"bob@{SENDER}")

    assert said.code == 250, said
    (arrived,) = inbox.wait_for(token)
    assert arrived.data.startswith(b"ARC-Seal: i=2; a=rsa-sha256; cv=fail;")


def test_forged_results_are_taken_out(token: str, sealing: Gateway, inbox: Capture) -> None:
    """In any spelling; those of others stay, and the mail is otherwise as it came."""
    forged = b'Authentication-Results: (x) "GATEWAY.test" 1;\r\n\tdkim=pass header.d=bank.example\r\n'
    other = b"Authentication-Results: other.example; dkim=pass header.d=bank.example\r\n"
    raw = _mail(token, PICTURE)
    said = send(sealing.port, forged + other + raw, f"bob@{SENDER}")

    assert said.code == 250, said
    (arrived,) = inbox.wait_for(token)
    assert arrived.data.endswith(other + raw)
    assert b"GATEWAY.test" not in arrived.data


def test_an_ed25519_key_seals_as_well(token: str, tmp_path: Path, inbox: Capture, clamd: Clamd, server: str) -> None:
    """RFC 8463; the same gateway, asked again, calls its chain sound."""
    with _gateway(tmp_path, inbox, clamd, server, "ed", 'check = "always"') as running:
        send(running.port, _mail(token, TABLE, PICTURE), f"bob@{SENDER}")
        (first,) = inbox.wait_for(token)
        send(running.port, first.data, f"bob@{SENDER}")
        second = inbox.wait_for(token, 2)[-1]

    assert first.data.startswith(b"ARC-Seal: i=1; a=ed25519-sha256; cv=none;")
    assert b"arc=pass header.d=gateway.test" in second.data.partition(b"\r\nReceived:")[0]


def test_without_a_key_changed_mail_waits_and_the_rest_flows(
    token: str, tmp_path: Path, inbox: Capture, clamd: Clamd, server: str
) -> None:
    """451 for what would leave unsealed, nothing for what leaves as it came."""
    with _gateway(tmp_path, inbox, clamd, server, "gone") as running:
        refused = send(running.port, _mail(token, TABLE, PICTURE), f"bob@{SENDER}")
        passed = send(running.port, _mail(token, PICTURE), f"bob@{SENDER}")

    assert str(refused).startswith("451 4.3.0 unsealed")
    assert passed.code == 250
    assert len(inbox.wait_for(token)) == 1


def test_a_policy_that_asks_decides_by_what_was_found(
    token: str, tmp_path: Path, inbox: Capture, clamd: Clamd, server: str
) -> None:
    """Signed mail of the sender may bring what others may not."""
    with _gateway(tmp_path, inbox, clamd, server, tenant=ASKING) as running:
        signed = send(running.port, _mail(token, TABLE), f"bob@{SENDER}")
        unsigned = send(running.port, _mail(token, TABLE).replace(b"hello", b"hallo"), "eve@gateway.test")
        undecided = send(running.port, _mail(token, PICTURE), "eve@broken.example")
        decided = send(running.port, _mail(token, PICTURE), "eve@gateway.test")

    assert signed.code == 250, signed
    assert str(unsigned).startswith("550 5.7.1 type_not_allowed")
    assert str(undecided).startswith("451 4.7.24 auth_undecided")
    assert decided.code == 250
