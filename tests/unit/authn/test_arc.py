"""The chain: dkimpy as the other side, and the cases of a broken chain one by one."""

import re

import pytest

from gateway.authn.arc import MOST_SETS
from gateway.model.authentication import Arc, AuthResult
from tests.unit.authn.world import MAIL, by_dkimpy, sealed, signed, verified, zone

KEY = "sel._domainkey.example.org"
TWO = sealed(sealed(signed()))


def _arc(data: bytes) -> AuthResult:
    return verified(data).arc.result


def test_a_mail_without_seals_has_no_chain() -> None:
    """None is a result of its own."""
    assert Arc(AuthResult.NONE) == verified(MAIL).arc


def test_a_chain_of_both_algorithms_holds() -> None:
    """Each link by another key."""
    assert Arc(AuthResult.PASS, 3, "example.org") == verified(sealed(sealed(TWO[:0] + sealed(MAIL), "ed25519"))).arc


def test_dkimpy_agrees_on_a_chain() -> None:
    """The other implementation sees what we see."""
    assert by_dkimpy(TWO) == b"pass"
    assert _arc(TWO) is AuthResult.PASS


@pytest.mark.parametrize(
    "change",
    [
        (rb"hello", b"hallo"),
        (rb"\nSubject:  two", b"\nSubject: three"),
        (rb"cv=pass", b"cv=none"),
        (rb"cv=none", b"cv=pass"),
        (rb"(?s)ARC-Seal: i=1;.*?(?=ARC-Mess)", b""),
        (rb"(?s)ARC-Seal: i=2;.*?(?=ARC-Mess)", b""),
        (rb"(?s)(ARC-Seal: i=2;.*?)(?=ARC-Mess)", rb"\1\1"),
        (rb"(?s)(ARC-Message-Signature: i=1;.*?)(?=ARC-Auth)", rb"\1\1"),
        (rb"ARC-Authentication-Results: i=1; mx", b"ARC-Authentication-Results: i=1; my"),
        (rb"ARC-Authentication-Results: i=1;", b"ARC-Authentication-Results: i=3;"),
        (rb"ARC-Authentication-Results: i=1;", b"ARC-Authentication-Results: "),
        (rb"ARC-Seal: i=2;", b"ARC-Seal: i=2; h=from;"),
        (rb"ARC-Seal: i=2;", b"ARC-Seal: i=x;"),
        (rb"ARC-Seal: i=2; a=rsa-sha256", b"ARC-Seal: i=2; a=rsa-sha1"),
        (rb"h=from:", b"h=arc-seal:from:"),
        (rb"(ARC-Seal: i=2;.*\r\n.*)d=example.org", rb"\1d=other.example"),
    ],
)
def test_a_broken_chain_fails(change: tuple[bytes, bytes]) -> None:
    """Changed content, changed seals, sets that lack or repeat a field, wrong states and wrong keys."""
    broken, times = re.subn(*change, TWO, count=1)

    assert times == 1
    assert _arc(broken) is AuthResult.FAIL


def test_a_change_behind_an_older_seal_is_no_failure() -> None:
    """Older message signatures may break; that is what the chain is for (RFC 8617 section 5.2)."""
    changed = sealed(signed()).replace(b"hello", b"changed", 1)
    again = sealed(changed, found=verified(sealed(signed())))

    assert _arc(again) is AuthResult.PASS


def test_a_failed_chain_is_told_as_ended() -> None:
    """Nobody may put a seal on it."""
    found = verified(sealed(TWO.replace(b"hello", b"hallo"))).arc

    assert (AuthResult.FAIL, 3, True) == (found.result, found.instances, found.is_ended)


def test_more_sets_than_allowed_fail() -> None:
    """Without a lookup for each."""
    fields = b"".join(b"ARC-Seal: i=%d; a=rsa-sha256; cv=pass; d=a.b; s=c; b=AAAA\r\n" % at for at in range(1, 100))

    found = verified(fields + MAIL).arc

    assert (AuthResult.FAIL, "more sets than allowed") == (found.result, found.detail)
    assert found.instances > MOST_SETS


def test_dns_trouble_leaves_the_chain_undecided_and_no_key_breaks_it() -> None:
    """The first may pass by itself."""
    assert verified(TWO, zone({KEY: None})).arc.result is AuthResult.TEMPERROR
    assert verified(TWO, zone({KEY: ()})).arc.result is AuthResult.FAIL
