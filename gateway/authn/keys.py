"""Public keys from DNS (RFC 6376 section 3.6.1, RFC 8463 section 3), and what they say of a signature."""

import binascii
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from gateway.authn import tags
from gateway.authn.tags import Malformed

WEAK_BITS = 1024
"""RSA keys below vouch for nothing (RFC 8301 section 3.2)."""
_MOST_BITS = 8192


@dataclass(frozen=True, slots=True)
class Key:
    """One public key."""

    public: RSAPublicKey | Ed25519PublicKey
    is_exact: bool
    """t=s: i= must name the very domain."""

    @property
    def is_weak(self) -> bool:
        """Tell whether it is too short."""
        return isinstance(self.public, RSAPublicKey) and self.public.key_size < WEAK_BITS

    def verifies(self, algorithm: str, signature: bytes, digest: bytes) -> bool:
        """Tell whether `signature` is one of `digest`, a SHA-256. Raises Malformed where key and algorithm differ."""
        try:
            if isinstance(self.public, RSAPublicKey):
                if algorithm != "rsa-sha256":
                    raise Malformed("the key is for RSA")
                self.public.verify(signature, digest, PKCS1v15(), Prehashed(SHA256()))
            else:
                if algorithm != "ed25519-sha256":
                    raise Malformed("the key is for Ed25519")
                self.public.verify(signature, digest)
        except InvalidSignature:
            return False
        return True


def read_key(record: str) -> Key:
    """Read a key record. Raises Malformed; also for a key that was withdrawn or is for something else."""
    found = tags.parse(record.encode("latin-1", "replace"))
    if "v" in found and (next(iter(found)) != "v" or found["v"] != b"DKIM1"):
        raise Malformed("the key record has another version")
    if not _offers(found, "h", "sha256") or not _offers(found, "s", "email"):
        raise Malformed("the key is not for this use")
    if found.get("p") == b"":
        raise Malformed("the key was withdrawn")
    data, flags = tags.base64(found, "p"), tags.text(found, "t", "").split(":")
    kind = tags.text(found, "k", "rsa")
    try:
        raw = binascii.a2b_base64(data)
        public = Ed25519PublicKey.from_public_bytes(raw) if kind == "ed25519" else load_der_public_key(raw)
    except Exception as error:
        raise Malformed("the key cannot be read") from error
    if kind not in {"rsa", "ed25519"} or not isinstance(public, RSAPublicKey | Ed25519PublicKey):
        raise Malformed("the key is of an unknown kind")
    if isinstance(public, RSAPublicKey) and public.key_size > _MOST_BITS:
        raise Malformed("the key is too long")
    return Key(public, "s" in flags)


def _offers(found: dict[str, bytes], name: str, word: str) -> bool:
    words = tags.text(found, name, "*").split(":")
    return word in words or (words == ["*"] or (name == "s" and "*" in words))
