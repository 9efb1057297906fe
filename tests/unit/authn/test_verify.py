"""All results together."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.authn.answers import Kind, Question
from gateway.authn.errands import Client
from gateway.authn.verify import verify
from gateway.model.authentication import AuthResult
from gateway.model.limits import Limits
from tests.unit.authn.world import MAIL, NOW, sealed, signed, verified, zone

CLIENT = Client("192.0.2.1", "mx.example.org", "bob@example.org")


def test_an_honest_mail_passes_everything() -> None:
    """SPF, DKIM, DMARC and the chain."""
    found = verified(sealed(signed()))

    assert [AuthResult.PASS] * 4 == [found.spf.result, found.dkim[0].result, found.dmarc.result, found.arc.result]


def test_all_first_questions_come_at_once() -> None:
    """Each round costs a journey to DNS."""
    found = verify(sealed(signed()), CLIENT, (), Limits(), NOW)

    assert found.authentication is None
    assert set(found.missing) == {
        Question(Kind.TXT, "sel._domainkey.example.org"),
        Question(Kind.TXT, "_dmarc.example.org"),
        Question(Kind.TXT, "example.org"),
    }


def test_two_authors_are_a_permanent_error() -> None:
    """Readers show one of them, and nobody knows which."""
    found = verified(b"From: eve@evil.example\r\n" + MAIL)

    assert (AuthResult.PERMERROR, "several From fields") == (found.dmarc.result, found.dmarc.detail)


def test_trouble_is_told() -> None:
    """Policy may defer then."""
    assert verified(MAIL, zone({"example.org": None})).is_undecided
    assert not verified(MAIL).is_undecided


@given(
    st.lists(
        st.sampled_from(
            [
                b"DKIM-Signature:",
                b"ARC-Seal:",
                b"From:",
                b" i=1;",
                b"a=rsa-sha256;",
                b"\r\n",
                b"\xff",
                b"ARC-Message-Signature:",
                b"ARC-Authentication-Results:",
                b"b=AAAA;",
                b"@",
                b"<",
                b"d=a.b;",
            ]
        ),
        max_size=40,
    ).map(b"".join)
)
def test_nothing_raises(data: bytes) -> None:
    """Any bytes have results."""
    assert verified(data).spf.result is AuthResult.PASS
