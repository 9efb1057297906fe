"""What signatures share."""

import pytest

from gateway.authn.head import Field
from gateway.authn.signature import check_time, emptied, forms, read, signed_names
from gateway.authn.tags import Malformed

GOOD = "a=rsa-sha256; d=example.org; s=sel; b=AAAA; h=From:to"


def _read(text: str) -> object:
    return read(Field(b"dkim-signature", f"DKIM-Signature: {text}\r\n".encode("latin-1")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rsa-sha256", "rsa-md5"),
        ("d=example.org", "d=exa mple..org"),
        ("d=example.org", "d=ex;ample"),
        ("d=example.org", "d="),
        ("s=sel", "s=-"),
        ("s=sel", "s=\xe4"),
        ("b=AAAA", "b=A"),
        ("b=AAAA; ", ""),
    ],
)
def test_malformed_signatures_are_told(old: str, new: str) -> None:
    """Nothing of them may reach DNS or a hash."""
    with pytest.raises(Malformed):
        _read(GOOD.replace(old, new))


def test_the_parts_of_a_signature() -> None:
    """Names in lower case; the key lies below both domains."""
    found = read(Field(b"dkim-signature", f"DKIM-Signature: {GOOD}; c=relaxed; x=10; t=5\r\n".encode()))

    assert found.key_name == "sel._domainkey.example.org"
    assert signed_names(found) == [b"from", b"to"]
    assert forms(found, "simple/simple") == ("relaxed", "simple")
    assert check_time(found, 10) == ""
    assert check_time(found, 11) == "the signature has expired"


def test_from_must_be_signed() -> None:
    """Without it a signature speaks for no author (RFC 6376 section 5.4)."""
    with pytest.raises(Malformed, match="From"):
        signed_names(read(Field(b"", f"x: {GOOD.replace('From:', '')}".encode())))


def test_an_emptied_field_keeps_its_folding() -> None:
    """The simple form signs it as it stands."""
    field = Field(b"dkim-signature", b"DKIM-Signature: v=1;\r\n b=ab\r\n cd\r\n")

    assert emptied(field) == b"DKIM-Signature: v=1;\r\n b="
