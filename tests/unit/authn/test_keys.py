"""Keys from DNS."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from gateway.authn.keys import read_key
from gateway.authn.tags import Malformed
from tests.unit.authn.world import key

DIGEST = bytes(32)


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_published_key_knows_its_signatures(kind: str) -> None:
    """And no others."""
    signer, public = key(kind), read_key(key(kind).record)
    signature = signer.sign(DIGEST)

    assert public.verifies(signer.algorithm, signature, DIGEST)
    assert not public.verifies(signer.algorithm, signature, b"x" * 32)
    assert not public.verifies(signer.algorithm, b"short", DIGEST)


def test_a_key_in_the_older_form_is_read() -> None:
    """Some domains publish PKCS #1 without the envelope."""
    private = rsa.generate_private_key(65537, 1024)
    der = private.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)

    assert not read_key(f"p={base64.b64encode(der).decode()}").is_weak


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("v=DKIM1; p=", "withdrawn"),
        ("v=DKIM2; p=AAAA", "version"),
        ("p=AAAA; v=DKIM1", "version"),
        ("v=DKIM1; h=sha1; p=AAAA", "not for this use"),
        ("v=DKIM1; s=other; p=AAAA", "not for this use"),
        ("v=DKIM1; k=dsa; p=AAAA", "cannot be read"),
        ("v=DKIM1; p=AAAA", "cannot be read"),
        ("v=DKIM1", "missing"),
        ("", "missing"),
    ],
)
def test_what_is_no_usable_key_says_why(record: str, words: str) -> None:
    """The results field names the reason."""
    with pytest.raises(Malformed, match=words):
        read_key(record)


def test_a_key_of_another_kind_is_none() -> None:
    """A curve that DKIM does not know."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    with pytest.raises(Malformed, match="unknown kind"):
        read_key(f"p={base64.b64encode(der).decode()}")


def test_a_key_is_not_used_for_another_algorithm() -> None:
    """An Ed25519 key says nothing of an RSA signature."""
    with pytest.raises(Malformed):
        read_key(key("ed25519").record).verifies("rsa-sha256", b"x", DIGEST)


@given(st.text(max_size=100))
def test_no_record_raises_anything_else(record: str) -> None:
    """Whatever a stranger publishes."""
    try:
        read_key(record)
    except Malformed:
        return
