"""Every bound is a finding of its own."""

from collections.abc import Callable

import pytest

from gateway.model.finding import FindingKind
from gateway.model.limits import MIB, Limits
from gateway.unpack.budget import Allowance, Budget, Spent
from tests.unit.unpack.walked import budget


@pytest.mark.parametrize(
    ("spend", "kind"),
    [
        (lambda: _thrice(budget(Limits(members=2)).spend_member), FindingKind.TOO_MANY_MEMBERS),
        (lambda: budget(Limits(expanded=10)).spend_bytes(10), None),
        (lambda: budget(Limits(expanded=10)).spend_bytes(11), FindingKind.EXPANDED_TOO_LARGE),
        (lambda: Allowance(10_000, 200).spend(2_000_000), None),
        (lambda: Allowance(10_000, 200).spend(2_000_001), FindingKind.RATIO_TOO_HIGH),
        (lambda: Allowance(10, 200).spend(MIB), None),
    ],
)
def test_bound_is_exact(spend: Callable[[], object], kind: FindingKind | None) -> None:
    """The limit itself may be reached, one more may not."""
    assert _reached(spend) == kind


def test_time_runs_out() -> None:
    """The clock is asked at every payment."""
    now = [0.0]
    spent = Budget(Limits(seconds=5), lambda: now[0])
    now[0] = 5.0
    spent.spend_time()
    now[0] = 5.1

    assert _reached(lambda: spent.spend_bytes(1)) is FindingKind.OUT_OF_TIME


def test_only_a_ratio_concerns_one_container_alone() -> None:
    """Everything else is spent for the whole message."""
    assert not Spent(FindingKind.RATIO_TOO_HIGH, "").ends_all
    assert Spent(FindingKind.TOO_MANY_MEMBERS, "").ends_all


def _thrice(spend: Callable[[], object]) -> None:
    for _ in range(3):
        spend()


def _reached(spend: Callable[[], object]) -> FindingKind | None:
    try:
        spend()
    except Spent as spent:
        return spent.kind
    return None
