"""Results of sender authentication as data."""

from gateway.model.authentication import Arc, Authentication, AuthResult, Dkim, Dmarc, Spf

SPF = Spf(AuthResult.PASS, "a.test")
DMARC = Dmarc(AuthResult.PASS, "a.test")


def test_one_result_that_dns_withheld_leaves_it_undecided() -> None:
    """A policy can put a message off where DNS was silent about any of it."""
    dkim = (Dkim(AuthResult.PASS, "a.test", "s"), Dkim(AuthResult.TEMPERROR, "b.test", "s"))

    assert Authentication(SPF, dkim, DMARC, Arc(AuthResult.NONE)).is_undecided
    assert not Authentication(SPF, dkim[:1], DMARC, Arc(AuthResult.NONE)).is_undecided
