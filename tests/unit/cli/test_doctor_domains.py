"""What the doctor says of attachment domains."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.app.config import load
from gateway.app.settings import Settings
from gateway.cli.doctor_domains import remarks
from gateway.cli.show import Finding
from tests.services.ports import HOST
from tests.unit.adapters.certificates import make_certificate

SIX = "f1.example,f2.example,f3.example,f4.example,f5.example,f6.example"


def _settings(domains: str, **more: str) -> Settings:
    keys = {
        "POSTERN__HOSTING__DOMAINS": domains,
        "POSTERN__HOSTING__SCHEME": "http",
        "POSTERN__SERVER__HOSTNAME": "mx.site.test",
    }
    return load(None, keys | more)


def _about(what: str, settings: Settings, *mail_domains: str) -> list[tuple[str, str]]:
    return [(one.state, one.detail) for one in remarks(settings, mail_domains) if one.what == what]


def test_without_domains_there_is_nothing_to_say() -> None:
    """Nobody has to host."""
    assert [] == list(remarks(_settings(""), ["acme.example"]))


def test_six_domains_are_advised() -> None:
    """The share of tenants that one listing reaches is named."""
    few, enough = _settings("a.example,b.example"), _settings(SIX)

    assert [("warn", "2 attachment domains: a listing of one reaches 1/2 of the tenants")] == _about("domains", few)
    assert ["ok"] == [state for state, _ in _about("domains", enough)]


def test_domains_of_one_organisation_are_told() -> None:
    """By public suffixes: co.uk is one, files.example is none."""
    settings = _settings("a.files.example,b.files.example,one.co.uk,two.co.uk")

    assert [
        ("warn", "a.files.example, b.files.example share files.example: a listing of one is a listing of all")
    ] == _about("domains apart", settings)


def test_domain_shared_with_mail_is_told() -> None:
    """With a tenant's, and with our own host name."""
    settings = _settings("files.acme.example,f.site.test,alone.example")

    assert [
        ("warn", "files.acme.example shares acme.example with acme.example: a listing would reach its mail"),
        ("warn", "f.site.test shares site.test with mx.site.test: a listing would reach its mail"),
    ] == _about("domains apart", settings, "acme.example", "beta.example")


def test_public_suffix_is_told() -> None:
    """Browsers and lists take it for many organisations."""
    settings = _settings("github.io,alone.example")

    assert [("warn", "github.io is a public suffix")] == _about("domains apart", settings)


def test_domains_apart_are_well() -> None:
    """One line says so."""
    assert [("ok", "each has a registrable domain of its own")] == _about("domains apart", _settings(SIX), "acme.test")


@contextmanager
def _tls(certificate: Path, key: Path) -> Iterator[int]:
    """Serve handshakes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server((HOST, 0)) as server:

        def serve() -> None:
            while True:
                try:
                    sock, _ = server.accept()
                    with context.wrap_socket(sock, server_side=True):
                        pass
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def _of_certificates(domains: str, port: int) -> dict[str, Finding]:
    settings = _settings(domains, POSTERN__HOSTING__SCHEME="https", POSTERN__HOSTING__PORT=str(port))
    return {one.what: one for one in remarks(settings, (), lambda _: HOST) if one.what.startswith("TLS")}


@pytest.mark.enable_socket
def test_certificates_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the right name, and for how long; a name that is not in it is told."""
    certificate, key = make_certificate(tmp_path, "a.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with _tls(certificate, key) as port:
        found = _of_certificates("a.example,b.example", port)

    assert "the certificate ends in 1 days" == found["TLS of a.example"].detail
    assert "no valid certificate: Hostname mismatch" in found["TLS of b.example"].detail
    assert {"warn"} == {one.state for one in found.values()}


@pytest.mark.enable_socket
def test_missing_tls_is_told() -> None:
    """Nobody listens there."""
    [found] = _of_certificates("a.example", 1).values()

    assert "no TLS on port 1" in found.detail


def test_links_without_tls_are_told() -> None:
    """The setting is for tests."""
    assert ["warn"] == [state for state, _ in _about("TLS of a.example", _settings("a.example"))]


def test_domains_that_nobody_watches_are_told(tmp_path: Path) -> None:
    """Neither a source, or a source and no process that asks it."""
    none = _settings("a.example")
    idle = _settings(
        "a.example", POSTERN__LISTINGS__SOURCES="dbl:dbl.example.net", POSTERN__PATHS__RUN=str(tmp_path / "run")
    )

    assert [("warn", "nobody is asked whether a domain is listed")] == _about("domain listings", none)
    assert [("warn", "nobody asks: no process of jobs runs here")] == _about("domain listings", idle)
