"""Bombs, through the examiner of the gateway: each is answered by a finding, from a child that lives on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.app import wiring
from tests.e2e.bombs import BOMBS
from tests.unit.adapters.sandbox.works import ask, kinds, running

OURS = {"examiner_failed", "examiner_timeout"}
"""What a bomb that worked would leave."""


@pytest.mark.parametrize(("made", "finding"), BOMBS.values(), ids=BOMBS)
async def test_bomb_is_a_finding(made: Callable[[Path], bytes], finding: str, tmp_path: Path) -> None:
    """Within the memory and the time of one child, which then takes the next message."""
    content = made(tmp_path / "made")
    async with running(tmp_path / "spool", wiring.looking()) as examiner:
        found = {kind.value for kind in kinds(await ask(examiner, tmp_path / "spool", content, seconds=25))}

        assert found & OURS == set()
        assert not finding or finding in found
        assert (examiner.counts.crashes, examiner.counts.timeouts, examiner.counts.alive) == (0, 0, 1)
