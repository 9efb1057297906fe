"""Errands in real children."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.adapters.sandbox.errands import ErrandFailed
from gateway.adapters.sandbox.nursery import Nursery
from gateway.adapters.sandbox.pool import SandboxedExaminer
from gateway.adapters.spool import SpoolFolder
from gateway.authn.answers import Kind, Question
from gateway.authn.errands import Client, Errand, Outcome, Verifying
from gateway.authn.run import run
from gateway.mime.buffer import Buffer
from gateway.model.limits import Deadline, Limits
from tests.unit.adapters.sandbox.works import beside_tests, honest, spool_of

MAIL = b"From: bob@example.org\r\n\r\nhello\r\n"
ASKED = Errand(verifying=Verifying(Client("192.0.2.1", "mx", "bob@example.org"), (), 1_700_000_000))


def _obedient(data: Buffer, limits: Limits, errand: Errand) -> Outcome:
    if data[:5] == b"crash":
        os.abort()
    while data[:4] == b"loop":
        pass
    return run(data, limits, errand)


@contextlib.asynccontextmanager
async def _running(folder: Path) -> AsyncIterator[SandboxedExaminer]:
    examiner = SandboxedExaminer(Nursery(honest, folder, beside_tests(), _obedient), SpoolFolder(folder), children=1)
    try:
        await examiner.start()
        yield examiner
    finally:
        await examiner.close()


async def _run(examiner: SandboxedExaminer, folder: Path, data: bytes, seconds: float = 20) -> Outcome:
    spool = spool_of(folder, data)
    try:
        return await examiner.errands.run(spool, Limits(seconds=seconds), ASKED, Deadline(time.monotonic() + 30))
    finally:
        spool.close()


async def test_a_child_says_what_it_must_know_first(tmp_path: Path) -> None:
    """Its libraries load in the jail, and its answer comes back as plain data."""
    async with _running(tmp_path) as examiner:
        found = (await _run(examiner, tmp_path, MAIL)).verified

    assert found is not None
    assert Question(Kind.TXT, "example.org") in found.missing


async def test_a_child_that_fails_is_replaced(tmp_path: Path) -> None:
    """Crash and endless loop are failures of one errand only."""
    async with _running(tmp_path) as examiner:
        with pytest.raises(ErrandFailed):
            await _run(examiner, tmp_path, b"crash")
        with pytest.raises(ErrandFailed, match="stopped"):
            await _run(examiner, tmp_path, b"loop", 0.5)
        found = await asyncio.wait_for(_run(examiner, tmp_path, MAIL), 30)

    assert found.verified is not None


async def test_a_crew_without_errands_says_so(tmp_path: Path) -> None:
    """A failure, not a crash."""
    examiner = SandboxedExaminer(Nursery(honest, tmp_path, beside_tests()), SpoolFolder(tmp_path), children=1)
    await examiner.start()
    try:
        with pytest.raises(ErrandFailed, match="no errands"):
            await _run(examiner, tmp_path, MAIL)
    finally:
        await examiner.close()
