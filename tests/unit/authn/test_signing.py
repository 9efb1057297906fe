"""Private keys."""

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from gateway.authn.keys import read_key
from gateway.authn.signing import BadKey, make, signer, zone_line
from tests.unit.authn.world import pem


@pytest.mark.parametrize(("kind", "algorithm"), [("rsa", "rsa-sha256"), ("ed25519", "ed25519-sha256")])
def test_a_made_key_signs_and_is_published(kind: str, algorithm: str) -> None:
    """What is made is read, and the record verifies what it signs."""
    found = signer(make("ed25519" if kind == "ed25519" else "rsa"))

    assert algorithm == found.algorithm
    assert read_key(found.record).verifies(algorithm, found.sign(bytes(32)), bytes(32))


def test_dkimpy_signs_with_our_keys() -> None:
    """The file is one that other programs read."""
    assert dkim.sign(b"From: a@b.example\r\n\r\n", b"s", b"b.example", pem("rsa")).startswith(b"DKIM-Signature:")


def _pem(bits: int, **how: object) -> bytes:
    key = rsa.generate_private_key(65537, bits)
    encryption = BestAvailableEncryption(b"secret") if how else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, encryption)


def test_older_files_are_read() -> None:
    """`-----BEGIN RSA PRIVATE KEY-----`, as many DKIM set-ups have it."""
    assert signer(_pem(1024)).algorithm == "rsa-sha256"


@pytest.mark.parametrize("data", [b"", b"junk", _pem(2048, encrypted=True)])
def test_what_holds_no_key_is_told(data: bytes) -> None:
    """Also a key with a password: nobody is there to type it."""
    with pytest.raises(BadKey):
        signer(data)


def test_a_long_record_is_split() -> None:
    """A string of DNS holds 255 bytes."""
    line = zone_line("sel", "example.org", "x" * 300)

    assert line == f'sel._domainkey.example.org. IN TXT ( "{"x" * 255}" "{"x" * 45}" )'
