"""Every file gets the answer about its own content."""

import pytest

from gateway.model.scan import Outcome
from gateway.pipeline.scan import scan_all
from tests.unit.pipeline.world import DATA, FixedExaminer, FixedScanner, artifact, job


async def scanned(examiner: FixedExaminer, scanner: FixedScanner, raw: int = 1000) -> list[tuple[str, Outcome]]:
    """Return where and outcome of all results for what the examiner finds."""
    one = job()
    inspection = await examiner.examine(one.spool, one.group.policy.limits, one.deadline)
    results = await scan_all(inspection, one.spool, (scanner,), raw, one.deadline)
    return [(found.where, found.outcome) for found in results]


async def test_same_content_is_scanned_once_and_answered_everywhere() -> None:
    """The same logo ten times costs one scan."""
    scanner = FixedScanner()
    results = await scanned(FixedExaminer((artifact("1"), artifact("2"), artifact("3", b"else"))), scanner)

    assert scanner.asked == ["1", "3", "message"]
    assert results == [(where, Outcome.CLEAN) for where in ("message", "1", "2", "3")]


async def test_two_files_at_one_place_keep_their_own_answers() -> None:
    """An archive may hold one name twice; the clean one does not hide the infected one."""
    evil = artifact("1/a.txt", b"evil")
    results = await scanned(FixedExaminer((evil, artifact("1/a.txt"))), FixedScanner(frozenset({evil.sha256})))

    assert results[1:] == [("1/a.txt", Outcome.INFECTED), ("1/a.txt", Outcome.CLEAN)]


async def test_large_message_is_not_scanned_as_a_whole() -> None:
    """Above the bound only its files are."""
    scanner = FixedScanner()
    await scanned(FixedExaminer(), scanner, len(DATA) - 1)

    assert scanner.asked == ["1"]


async def test_scanner_that_leaves_a_file_out_is_an_error() -> None:
    """Silence about a file must not pass for a clean one."""
    with pytest.raises(ValueError, match="shorter"):
        await scanned(FixedExaminer(), FixedScanner(forgets=1))
