"""Cryptographic messages of a real tool."""

import subprocess
from pathlib import Path

import pytest

from gateway.filetype.cms import cms_type


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a key and a certificate."""
    folder = tmp_path_factory.mktemp("keys")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=test -days 2"
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    return folder


def cms(keys: Path, arguments: str) -> bytes:
    """Run openssl cms over a short text."""
    command = f"openssl cms {arguments} -outform DER"
    return subprocess.run(command.split(), cwd=keys, input=b"Hello\n", check=True, capture_output=True).stdout


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("-sign -signer cert -inkey key", ("application/pkcs7-signature", False)),
        ("-sign -nodetach -signer cert -inkey key", ("application/pkcs7-mime", False)),
        ("-sign -nodetach -signer cert -inkey key -stream", ("application/pkcs7-mime", False)),
        ("-encrypt -aes128 -recip cert", ("application/pkcs7-mime", True)),
        ("-encrypt -aes-128-gcm -recip cert", ("application/pkcs7-mime", True)),
    ],
)
def test_signed_and_encrypted_are_told(arguments: str, expected: tuple[str, bool], keys: Path) -> None:
    """A signature beside the text, a signed text inside, and a locked one differ by their structure."""
    found = cms_type(memoryview(cms(keys, arguments)))

    assert found is not None
    assert (found.media_type, found.encrypted) == expected


def test_signature_of_indefinite_length_is_a_signature() -> None:
    """BER allows a structure to end with two zero bytes instead of saying its length."""
    oid = b"\x06\x09*\x86H\x86\xf7\r\x01\x07"
    content = b"0\x80" + oid + b"\x02\xa0\x800\x80\x02\x01\x01\x31\x000\x80" + oid + b"\x01\0\0\x31\x00" + bytes(6)
    found = cms_type(memoryview(content))

    assert found is not None
    assert found.media_type == "application/pkcs7-signature"


@pytest.mark.parametrize(
    "content", [b"", b"0", b"0\x80", b"0\x82\x01\0\x02\x01", b"0\x0b\x06\x09*\x86H\x86\xf7\r\x01\x07"]
)
def test_other_structures_are_none(content: bytes) -> None:
    """Broken and other DER is not guessed at."""
    assert cms_type(memoryview(content)) is None
