"""Seals."""

import re
from dataclasses import replace

import pytest

from gateway.authn import results, seal
from gateway.authn.seal import Stamp, Unsealable
from gateway.model.authentication import Arc, AuthResult
from gateway.model.limits import Limits
from gateway.model.plan import Edit, Plan
from gateway.model.span import Span
from tests.unit.authn.world import MAIL, NOW, by_dkimpy, key, sealed, signed, verified

STAMP = Stamp("example.org", "sel", "rsa-sha256", NOW)


@pytest.mark.parametrize("links", [1, 2, 3])
def test_dkimpy_accepts_our_chains(links: int) -> None:
    """Of any length."""
    original = data = signed()
    for _ in range(links):
        data = sealed(data)

    assert by_dkimpy(data) == b"pass"
    assert data.endswith(original)


def test_a_seal_is_made_over_what_leaves() -> None:
    """The original is verified, the edited message is sealed."""
    data = signed()
    found = verified(data)
    at = data.index(b"hello")
    plan = Plan((Edit(Span(0, 0), b"X-Tag: 1\r\n"), Edit(Span(at, at + 5), b"goodbye")))
    material = seal.prepare(data, plan, Limits())
    top = seal.finish(material, found.arc, results.results_text("mx.example", found), STAMP, key().sign)
    leaving = top + b"X-Tag: 1\r\n" + data[:at] + b"goodbye" + data[at + 5 :]

    after = verified(leaving)

    assert by_dkimpy(leaving) == b"pass"
    assert (AuthResult.PASS, AuthResult.FAIL) == (after.arc.result, after.dkim[0].result)
    assert b"dkim=pass" in top


def test_a_broken_chain_is_sealed_as_failed_with_its_own_set_only() -> None:
    """RFC 8617 section 5.1.2; the results that it carries are still those of who sealed."""
    broken = sealed(sealed(signed())).replace(b"hello", b"hallo")
    leaving = sealed(broken)

    own = leaving[: len(leaving) - len(broken)]
    alone = re.sub(rb"i=3", b"i=1", own)

    assert b"cv=fail" in own
    assert own.startswith(b"ARC-Seal: i=3;")
    assert alone != own


@pytest.mark.parametrize(
    "found",
    [
        Arc(AuthResult.FAIL, 3, is_ended=True),
        Arc(AuthResult.PASS, 50),
        Arc(AuthResult.TEMPERROR, 1),
    ],
)
def test_some_chains_take_no_seal(found: Arc) -> None:
    """One that has ended, one that is full, one that could not be judged."""
    material = seal.prepare(MAIL, Plan(), Limits())

    with pytest.raises(Unsealable):
        seal.finish(material, found, "mx.example; none", STAMP, key().sign)


def test_a_header_that_is_not_read_whole_is_not_sealed() -> None:
    """Others would read it whole, and find another hash."""
    with pytest.raises(ValueError, match="too large"):
        seal.prepare(b"X: 1\r\n" * 100 + MAIL, Plan(), Limits(header=100))


def test_long_values_are_folded() -> None:
    """No line of ours is longer than mail should have (RFC 5322 section 2.1.1)."""
    many = b"".join(b"References: <%d@example.org>\r\n" % at for at in range(100))
    lines = sealed(many + MAIL).partition(b"\r\nReferences")[0].split(b"\r\n")

    assert max(map(len, lines)) <= 100


def test_from_cannot_be_added_behind_a_seal() -> None:
    """It is signed once more than it stands there."""
    assert (
        verified(sealed().replace(b"\r\nFrom:", b"\r\nFrom: eve@evil.example\r\nFrom:")).arc.result is AuthResult.FAIL
    )


def test_results_that_would_break_the_field_are_not_ours() -> None:
    """`finish` writes ASCII only."""
    material = seal.prepare(MAIL, Plan(), Limits())

    with pytest.raises(UnicodeEncodeError):
        seal.finish(replace(material), Arc(AuthResult.NONE), "\u00e4", STAMP, key().sign)
