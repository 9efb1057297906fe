"""The certificate follows its files, and a broken one never takes TLS away."""

import os
import ssl
from pathlib import Path

import pytest
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from gateway.doors.smtp.tls import Certificate, CertificateError
from tests.unit.adapters.certificates import make_certificate


def shown_by(context: ssl.SSLContext) -> str:
    """Shake hands in memory, and return the name that the server showed."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    client = trusting.wrap_bio(to_client, to_server)
    server = context.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    shown = client.getpeercert(binary_form=True)
    assert shown
    names = x509.load_der_x509_certificate(shown).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value)


def test_new_files_are_served_after_a_look(tmp_path: Path) -> None:
    """A renewed certificate is used without a restart."""
    certificate = Certificate(*make_certificate(tmp_path, "old.example"))
    before = shown_by(certificate())

    make_certificate(tmp_path, "new.example")
    certificate.refresh()

    assert (before, shown_by(certificate())) == ("old.example", "new.example")


def test_unchanged_files_keep_the_context(tmp_path: Path) -> None:
    """Nothing is loaded while the files stay as they are."""
    certificate = Certificate(*make_certificate(tmp_path, "mx.example"))
    before = certificate()

    certificate.refresh()

    assert certificate() is before


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_broken_file_keeps_the_old_certificate_and_is_logged_once(tmp_path: Path, damage: bytes | None) -> None:
    """A key that is missing or no key is said in the log, and the old one goes on."""
    files = make_certificate(tmp_path, "old.example")
    certificate = Certificate(*files)
    files[1].unlink()
    if damage is not None:
        files[1].write_bytes(damage)

    with structlog.testing.capture_logs() as logs:
        certificate.refresh()
        certificate.refresh()

    assert shown_by(certificate()) == "old.example"
    assert [line["event"] for line in logs] == ["certificate_kept"]


def test_half_done_renewal_is_taken_when_the_key_follows(tmp_path: Path) -> None:
    """A certificate that came before its key is loaded when the key is there."""
    files = make_certificate(tmp_path, "old.example")
    certificate = Certificate(*files)
    (tmp_path / "new").mkdir()
    renewed = make_certificate(tmp_path / "new", "new.example")
    os.replace(renewed[0], files[0])  # noqa: PTH105
    certificate.refresh()
    half = shown_by(certificate())

    os.replace(renewed[1], files[1])  # noqa: PTH105
    certificate.refresh()

    assert (half, shown_by(certificate())) == ("old.example", "new.example")


def test_unusable_certificate_at_the_start_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    """The operator learns which file, and why."""
    with pytest.raises(CertificateError, match=r"certificate.pem.*No such file"):
        Certificate(tmp_path / "certificate.pem", tmp_path / "key.pem")


def test_encrypted_key_is_an_error_and_asks_nobody(tmp_path: Path) -> None:
    """OpenSSL does not wait for a password on the terminal."""
    files = make_certificate(tmp_path, "mx.example")
    key = serialization.load_pem_private_key(files[1].read_bytes(), None)
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )

    with pytest.raises(CertificateError):
        Certificate(*files)
