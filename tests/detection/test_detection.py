"""Every case of the set, each a test of its own; the set is sent once, through one gateway."""

from collections.abc import Mapping

import pytest

from tests.detection.case import Case
from tests.detection.catalogue import all_cases
from tests.detection.measure import Outcome, is_intact, measure, table

CASES = all_cases()
pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def outcomes() -> Mapping[str, Outcome]:
    """Send the whole set; the first test waits for it."""
    return measure(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case_ends_as_it_must(case: Case, outcomes: Mapping[str, Outcome]) -> None:
    """Hostile mail is refused for good, honest mail arrives byte for byte."""
    outcome = outcomes[case.id]

    assert outcome.is_right, outcome.reply


def test_set_is_as_large_as_promised() -> None:
    """There are at least 300 hostile and 200 honest cases, each with a name of its own."""
    hostile = {case.id for case in CASES if case.is_hostile}
    honest = {case.id for case in CASES if not case.is_hostile}

    assert len(hostile) >= 300
    assert len(honest) >= 200
    assert len(CASES) == len(hostile) + len(honest)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"Received: from a\r\n\tby b;\r\nSubject: x\r\n\r\n", True),
        (b"X-Other: y\r\nSubject: x\r\n\r\n", False),
        (b"Received: from a\r\nSubject: x\r\n\r\nmore", False),
        (b"Subject: x\r\n\r\n", False),
    ],
    ids=["trace fields", "another field", "changed", "no trace"],
)
def test_intact_means_every_byte_under_trace_fields(data: bytes, expected: bool) -> None:  # noqa: FBT001 - a parameter
    """The measure itself sees damage."""
    assert expected == is_intact(b"Subject: x\r\n\r\n", data)


def test_table_counts_both_sides() -> None:
    """A failure lowers its class and the sum."""
    wrong, right = (Outcome(Case("bombs", name, b"", True), name == "b", "550") for name in "ab")

    assert "| bombs | 1/2 |" in table([wrong, right])
    assert "| **all** | **1/2** |" in table([wrong, right])
