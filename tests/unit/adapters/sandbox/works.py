"""Functions for children to run, and a pool around them: one honest examiner, and many bad ones."""

import asyncio
import contextlib
import gc
import os
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from mmap import mmap
from pathlib import Path

from gateway.adapters.sandbox.child import Work
from gateway.adapters.sandbox.jail import Jail
from gateway.adapters.sandbox.nursery import Nursery
from gateway.adapters.sandbox.pool import SandboxedExaminer
from gateway.adapters.sandbox.rooms import ROOM
from gateway.adapters.sandbox.scratch import Scratch
from gateway.adapters.spool import SpoolFolder
from gateway.model.artifact import Artifact, Role
from gateway.model.examination import Examination
from gateway.model.finding import Finding, FindingKind
from gateway.model.limits import Deadline, Limits
from gateway.model.message import Message, Part
from gateway.model.span import Span
from gateway.ports.inspection import Inspection
from gateway.ports.spool import Spool

Data = bytes | mmap


def root(size: int) -> Part:
    """Return a tree of one part."""
    return Part((), Span(0, size), Span(0, 0), Span(0, size), (), "text/plain", "", (), "", "7bit", ())


def artifact(where: str, content: Span, sha256: str = "", names: tuple[str, ...] = ()) -> Artifact:
    """Return an artifact with the given content."""
    return Artifact(where, Role.ATTACHMENT, names, "", "text/plain", len(content), sha256, 0, (1,), content)


def honest(data: Data, _limits: Limits, store: Scratch) -> Examination:
    """Store the message as one file; obey the order that it may give instead."""
    order = bytes(data[:7])
    if order in ORDERS:
        ORDERS[order]()
    if order == b"swallow":
        with contextlib.suppress(Exception):
            store.add([b"x" * 400_000])
    size = 1 if order == b"swap" else len(data)
    span, sha256 = store.add([bytes(data)])
    found = artifact("1", {b"outside": Span(0, 99), b"noroom": Span(ROOM, ROOM + 1)}.get(order, span), sha256)
    findings = [Finding(FindingKind.POLYGLOT, "1", "x" * 1000)] * (10_000 if order == b"flood" else 0)
    return Examination(Message(size, root(size)), (found,), tuple(findings))


def _loop() -> None:
    while True:
        pass


def _raise() -> None:
    raise RuntimeError("as ordered")


ORDERS: dict[bytes, Callable[[], object]] = {
    b"crash": os.abort,
    b"die": lambda: os._exit(9),
    b"loop": _loop,
    b"raise": _raise,
    b"hoard": lambda: bytearray(2_000_000_000),
}
"""Messages that make a child fail."""


def many(data: Data, _limits: Limits, store: Scratch) -> Examination:
    """Answer with as many files as the limits allow, with long names."""
    spans = [store.add([bytes(data)]) for _ in range(2500)]
    found = tuple(artifact(f"1/{i}.txt", span, sha256, ("n" * 60,) * 3) for i, (span, sha256) in enumerate(spans))
    return Examination(Message(len(data), root(len(data))), found, ())


def twice(data: Data, _limits: Limits, store: Scratch) -> Examination:
    """Answer with two files of the message's content."""
    found = tuple(artifact(str(i), *store.add([bytes(data)])) for i in (1, 2))
    return Examination(Message(len(data), root(len(data))), found, ())


def beside_tests() -> Jail:
    """Return a child's bounds on top of what it inherits here: a process that has run thousands of tests is large."""
    bounds, status = Jail(), Path("/proc/self/status").read_text()
    inherited = int(status.partition("VmData:")[2].split()[0]) * 1024
    return replace(bounds, memory=bounds.memory + inherited)


@contextlib.asynccontextmanager
async def running(
    folder: Path, work: Work = honest, *, children: int = 1, jobs_per_child: int = 1000
) -> AsyncIterator[SandboxedExaminer]:
    """Run a pool for a moment."""
    examiner = SandboxedExaminer(
        Nursery(work, folder, beside_tests()), SpoolFolder(folder), children=children, jobs_per_child=jobs_per_child
    )
    try:
        await examiner.start()
        yield examiner
    finally:
        await examiner.close()


def spool_of(folder: Path, content: bytes) -> Spool:
    """Return a spool that holds `content`."""
    spool = SpoolFolder(folder)()
    spool.write(content)
    return spool


async def ask(examiner: SandboxedExaminer, folder: Path, content: bytes, seconds: float = 20) -> Inspection:
    """Have a message examined, with limits and deadline of `seconds`."""
    spool = spool_of(folder, content)
    try:
        return await examiner.examine(spool, Limits(seconds=seconds), Deadline(time.monotonic() + seconds))
    finally:
        spool.close()


def kinds(inspection: Inspection) -> list[FindingKind]:
    """Return what was found."""
    return [one.kind for one in inspection.examination.findings]


def contents_of(inspection: Inspection) -> list[bytes]:
    """Return the bytes of every file."""
    return [b"".join(inspection.scratch.chunks(one.content)) for one in inspection.examination.artifacts]


def open_descriptors() -> int:
    """Return how many this process has, without those that other tests left to the collector."""
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


async def until(is_so: Callable[[], bool]) -> None:
    """Let the event loop turn until other processes have brought a state about."""
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 - the state is a kernel's, not an event of ours
            await asyncio.sleep(0)
