"""The list of findings is closed and whole."""

import re

import pytest

from gateway.model.finding import FindingKind, Gravity


@pytest.mark.parametrize("kind", FindingKind)
def test_finding_has_gravity_and_sentence(kind: FindingKind) -> None:
    """Every kind has a line in the table: its gravity, and a sentence for the admin."""
    assert kind.gravity in Gravity
    assert re.fullmatch(r"[A-Z].*\.", kind.sentence)
    assert re.fullmatch(r"[a-z0-9_]+", kind)


def test_every_gravity_is_used() -> None:
    """No gravity is left that nothing has."""
    assert {kind.gravity for kind in FindingKind} == set(Gravity)
