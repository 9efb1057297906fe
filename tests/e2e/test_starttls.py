"""STARTTLS on both sides, with a real Postfix on each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.mails import USERS, plain, with_pdf
from tests.services import postfix
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import send
from tests.services.gateway import Gateway
from tests.services.ports import HOST, wait_until
from tests.services.postfix import Postfix
from tests.unit.adapters.certificates import make_certificate


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Make a certificate that nobody vouches for."""
    return make_certificate(tmp_path_factory.mktemp("tls"), "mx.example.test")


@pytest.fixture(scope="module")
def tls_only(inbox: Capture, certificate: tuple[Path, Path]) -> Iterator[Postfix]:
    """Run a next hop that takes nothing in the clear."""
    instance = postfix.behind(
        inbox.port,
        USERS,
        smtpd_tls_security_level="encrypt",
        smtpd_tls_cert_file=str(certificate[0]),
        smtpd_tls_key_file=str(certificate[1]),
        smtpd_tls_loglevel="1",
    )
    yield instance
    instance.stop()


def tls(certificate: tuple[Path, Path], relay: str) -> str:
    """Return settings with our certificate."""
    return f'\n[tls]\ncertificate = "{certificate[0]}"\nkey = "{certificate[1]}"\n[relay]\ntls = "{relay}"\n'


def test_mail_is_encrypted_on_both_ways(
    token: str, clamd: Clamd, tls_only: Postfix, inbox: Capture, certificate: tuple[Path, Path]
) -> None:
    """A Postfix that insists on TLS sends to us, one that insists on it takes from us; the log names the cipher."""
    with Gateway.running(f"smtp://{HOST}:{tls_only.port}", clamd.unix, more=tls(certificate, "may")) as gateway:
        front = postfix.front(gateway.port, smtp_tls_security_level="encrypt", smtp_tls_loglevel="1")
        try:
            assert send(front.port, with_pdf(token)).code == 250
            (arrived,) = inbox.wait_for(token)
            (decision,) = gateway.events("message")
            sent = front.log()
        finally:
            front.stop()

    assert "TLS connection established to" in sent
    assert "TLS connection established from" in tls_only.log()
    assert decision["tls"].startswith("TLSv1.3 ")
    assert b"ESMTPS" in arrived.data


def test_certificate_that_nobody_vouches_for_is_not_spoken_to_where_the_admin_insists(
    token: str, clamd: Clamd, tls_only: Postfix, inbox: Capture, certificate: tuple[Path, Path]
) -> None:
    """451, and not a byte of the mail leaves."""
    with Gateway.running(f"smtp://{HOST}:{tls_only.port}", clamd.unix, more=tls(certificate, "verify")) as gateway:
        said = send(gateway.port, plain(token))

    assert str(said).startswith("451 4.4.1 next_hop_down:")
    assert inbox.containing(token) == []


def test_renewed_certificate_is_shown_without_a_restart(
    token: str, clamd: Clamd, tls_only: Postfix, tmp_path: Path
) -> None:
    """It is loaded while mail flows."""
    own = make_certificate(tmp_path, "old.example.test")
    with Gateway.running(f"smtp://{HOST}:{tls_only.port}", clamd.unix, more=tls(own, "may")) as gateway:
        make_certificate(tmp_path, "new.example.test")
        passed = list[int]()

        def is_loaded() -> bool:
            passed.append(send(gateway.port, plain(token)).code)
            return gateway.events("certificate_loaded") != []

        wait_until(is_loaded, gateway.is_alive, 30, "the new certificate")

    assert set(passed) == {250}
