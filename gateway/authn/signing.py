"""Private keys: read, made and put to use; this module never sees a message."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

RSA_BITS = 2048
_LEAST_BITS = 1024
_STRING = 255
"""Bytes of one string of a TXT record (RFC 1035 section 3.3)."""


class BadKey(Exception):
    """Why a file holds no key to sign with."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key in use."""

    algorithm: str
    sign: Callable[[bytes], bytes]
    """Makes a signature of a SHA-256."""
    record: str
    """What its public half is in DNS (RFC 6376 section 3.6.1, RFC 8463 section 4)."""


def signer(pem: bytes) -> Signer:
    """Read a private key, RSA or Ed25519, that is not encrypted. Raises BadKey."""
    try:
        key = load_pem_private_key(pem, None)
    except Exception as error:
        raise BadKey("no private key in PEM, or an encrypted one") from error
    if isinstance(key, Ed25519PrivateKey):
        raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return Signer("ed25519-sha256", key.sign, f"v=DKIM1; k=ed25519; p={_base64(raw)}")
    if not isinstance(key, RSAPrivateKey) or key.key_size < _LEAST_BITS:
        raise BadKey("neither Ed25519 nor RSA of 1024 bits or more")
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Signer("rsa-sha256", _rsa(key), f"v=DKIM1; k=rsa; p={_base64(der)}")


def make(kind: Literal["rsa", "ed25519"]) -> bytes:
    """Return a new private key in PEM (PKCS #8)."""
    key = Ed25519PrivateKey.generate() if kind == "ed25519" else generate_private_key(65537, RSA_BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def zone_line(selector: str, domain: str, record: str) -> str:
    """Return the TXT record as a zone file has it, in strings that DNS can hold."""
    strings = [record[at : at + _STRING] for at in range(0, len(record), _STRING)]
    quoted = " ".join(f'"{one}"' for one in strings)
    return f"{selector}._domainkey.{domain}. IN TXT ( {quoted} )"


def _rsa(key: RSAPrivateKey) -> Callable[[bytes], bytes]:
    return lambda digest: key.sign(digest, PKCS1v15(), Prehashed(SHA256()))


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")
