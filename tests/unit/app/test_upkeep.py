"""What the process of jobs does with hosted files, put together from settings."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from gateway.adapters.sql.contents import Contents
from gateway.app import stores
from gateway.app.config import load
from gateway.app.settings import Settings
from gateway.app.stores import Catalogue
from gateway.app.upkeep import Upkeep, upkeep
from gateway.model.hosted import FileState
from gateway.ports.blobs import Blob
from tests.services.clamd import BODY_MARK, Clamd
from tests.unit.adapters.sql.hosting import new
from tests.unit.jobs.shelf import Bells, digest
from tests.unit.policy.samples import SHIPPED


@pytest.fixture
def settings(tmp_path: Path, clamd: Clamd) -> Settings:
    """Return settings of a folder, with a real clamd."""
    (tmp_path / "store").mkdir()
    places = {"STORE__FOLDER": tmp_path / "store", "PATHS__SPOOL": tmp_path / "spool", "PATHS__POLICIES": SHIPPED}
    return load(
        None,
        {f"POSTERN__{key}": str(value) for key, value in places.items()}
        | {
            "POSTERN__CLAMAV__ADDRESSES": clamd.unix,
        },
    )


@pytest.fixture
def catalogue(settings: Settings) -> Iterator[Catalogue]:
    """Return the catalogue."""
    with stores.catalogue(settings) as one:
        yield one


def host(catalogue: Catalogue, file_id: str, content: bytes) -> None:
    """Host a file that waits for its scan."""
    now = time.time()
    one = new(id=file_id, sha256=digest(content), message=file_id, created_at=now, expires_at=now + 9, scanned_at=0.0)
    Contents(catalogue.store.engine, catalogue.store.blobs).put(
        Blob(one.file.tenant, one.file.sha256), len(content), [content], now
    )
    catalogue.files.add(one)
    catalogue.files.settle(file_id, delivered=True)


def numbers(files: Upkeep) -> list[str]:
    """Return its samples."""
    registry = CollectorRegistry()
    registry.register(files)
    return [line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#")]


async def test_loops_scan_with_the_real_clamd(settings: Settings, catalogue: Catalogue) -> None:
    """What waits lives or is revoked; the alarm rings; the numbers say so."""
    host(catalogue, "good", b"honest")
    host(catalogue, "bad", BODY_MARK)
    bells = Bells()
    files = upkeep(settings, catalogue, bells)
    try:
        done = {loop.name: await loop.run() for loop in files.loops()}
    finally:
        files.close()
    found = {one: catalogue.files.find(one) for one in ("good", "bad")}

    assert {"good": FileState.LIVE, "bad": FileState.REVOKED} == {
        one: file.state for one, file in found.items() if file
    }
    assert ["policies", "rescans", "retention"] == list(done)
    assert done["rescans"].note.startswith("up to date with ClamAV ")
    assert ["hosted_malware"] == [one.event for one in bells.rung]
    assert [
        'postern_rescanned_files_total{outcome="clean"} 1.0',
        'postern_rescanned_files_total{outcome="bad"} 1.0',
        'postern_rescanned_files_total{outcome="failed"} 0.0',
        "postern_rescan_left_files 0.0",
    ] == numbers(files)
