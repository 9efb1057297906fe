"""Honest archives of every kind, opened by the examiner of the gateway: in its jail they are read to their end."""

from pathlib import Path

import pytest

from gateway.app import wiring
from tests.e2e.bombs import attached
from tests.unit.adapters.sandbox.works import ask, running
from tests.unit.unpack.packed import MEMBERS
from tests.unit.unpack.test_damage import KINDS, whole


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"tar", "gz"}])
async def test_archive_is_listed_to_its_end(kind: str, tmp_path: Path) -> None:
    """Nothing that an opener needs is taken from the child."""
    async with running(tmp_path, wiring.looking()) as examiner:
        found = (await ask(examiner, tmp_path, attached(whole(kind), "a.bin"))).examination

    members = [one for one in found.artifacts if one.names and one.names[0] in MEMBERS]
    assert found.findings == ()
    assert {one.detected for one in members} == {"image/png", "image/jpeg", "application/pdf"}
    assert {one.size for one in members} == {len(content) for content in MEMBERS.values()}
