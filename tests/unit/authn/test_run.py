"""Errands."""

import pytest

from gateway.authn.errands import Client, Errand, Sealing, Verifying
from gateway.authn.run import run
from gateway.model.limits import Limits
from gateway.model.plan import Edit, Plan
from gateway.model.span import Span
from tests.unit.authn.world import MAIL, NOW, known, zone


def test_a_message_is_verified() -> None:
    """With all answers at hand, at once."""
    asked = Verifying(Client("192.0.2.1", "mx", "bob@example.org"), known(zone()), NOW)
    found = run(MAIL, Limits(), Errand(verifying=asked)).verified

    assert found is not None
    assert found.authentication is not None
    assert found.missing == ()


def test_a_message_is_prepared_for_its_seal() -> None:
    """What leaves, not what came."""
    changed = Plan((Edit(Span(0, 0), b"Subject: new\r\n"),))
    found = run(MAIL, Limits(), Errand(sealing=Sealing(changed))).material

    assert found is not None
    assert b"subject:new\r\n" in found.fields


@pytest.mark.parametrize("errand", [Errand(), Errand(sealing=Sealing(Plan((Edit(Span(9, 9999), b""),))))])
def test_nonsense_is_refused(errand: Errand) -> None:
    """The child answers with a failure then."""
    with pytest.raises(ValueError, match=r"errand|out of place"):
        run(MAIL, Limits(), errand)
