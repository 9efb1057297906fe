"""A folder in whose store two files are hosted, for tests of `postern files`."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from gateway.adapters.sql.contents import Contents
from gateway.app import stores
from gateway.app.config import load
from gateway.app.settings import Settings
from gateway.model.hosted import HostedFile
from gateway.ports.blobs import Blob
from gateway.ports.hosting import NewFile
from tests.unit.adapters.sql.hosting import FILE
from tests.unit.app.serving import Place, place
from tests.unit.jobs.shelf import digest
from tests.unit.policy.samples import EXE, PDF, artifact, facts, scan

EVIL = "\x1b]0;owned\x07\u202e\r\nX: y.pdf"
CONTENTS = {"f1": b"honest", "f2": b"a program"}


@contextmanager
def hosted_place() -> Iterator[tuple[Place, Settings]]:
    """Make it; `f1` is a paper with a hostile name, `f2` a program that some policy let pass."""
    with place() as here:
        settings = load(here.settings, {})
        settings.store.folder.mkdir(parents=True)
        now = time.time()
        known = {"f1": facts(artifact("a.pdf", PDF, PDF), scan()), "f2": facts(artifact("a.exe", EXE, EXE), scan())}
        with stores.catalogue(settings) as catalogue:
            contents = Contents(catalogue.store.engine, catalogue.store.blobs)
            for file_id, content in CONTENTS.items():
                contents.put(Blob("example", digest(content)), len(content), [content], now)
                catalogue.files.add(NewFile(_file(file_id, content, now), "", known[file_id]))
                catalogue.files.settle(file_id, delivered=True)
        yield here, settings


def _file(file_id: str, content: bytes, now: float) -> HostedFile:
    is_program = file_id == "f2"
    return replace(
        FILE,
        id=file_id,
        tenant="example",
        message=file_id,
        message_id=f"<{file_id}@sender.example>",
        sha256=digest(content),
        size=len(content),
        name="setup.exe" if is_program else EVIL,
        kinds=("ext:exe",) if is_program else ("ext:pdf", "family:pdf"),
        created_at=now,
        expires_at=now + 1000,
        scanned_at=now,
    )
