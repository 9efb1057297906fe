"""The examiner: children in a row, one message each, killed at the deadline and replaced.

Promises that nothing a message does to a child reaches the worker: a crash, a hang, an overlong or false
answer is a finding in an otherwise empty examination, and the next message gets a fresh child. Never
judges: what a finding means is policy.
"""

import asyncio
import os
from time import monotonic

import msgspec
import structlog

from gateway.adapters.sandbox import frames
from gateway.adapters.sandbox.crew import Counts, Crew
from gateway.adapters.sandbox.errands import Errands
from gateway.adapters.sandbox.frames import Answer, Request
from gateway.adapters.sandbox.handle import ChildFailed
from gateway.adapters.sandbox.nursery import Nursery
from gateway.adapters.sandbox.poison import Offence, Poison
from gateway.adapters.sandbox.rooms import SMALL, Rooms
from gateway.adapters.spool import FileSpool, SpoolFolder
from gateway.model.digest import sha256_of
from gateway.model.errors import Deferred
from gateway.model.examination import Examination
from gateway.model.finding import Finding, FindingKind
from gateway.model.limits import Deadline, Limits
from gateway.model.message import Message, Part
from gateway.model.reply import DISK_FULL
from gateway.model.span import Span
from gateway.ports.inspection import Inspection
from gateway.ports.spool import Spool

log = structlog.get_logger()


class SandboxedExaminer:
    """Implements the Examiner port over the children of one nursery."""

    def __init__(self, nursery: Nursery, spools: SpoolFolder, *, children: int = 2, jobs_per_child: int = 1000) -> None:
        """Take a nursery over; `jobs_per_child` bounds what fragmentation and slow leaks can add up to."""
        self._crew = Crew(nursery, children, jobs_per_child)
        self._spools = spools
        self._poison = Poison()

    @property
    def counts(self) -> Counts:
        """What happened so far."""
        return self._crew.counts

    @property
    def errands(self) -> Errands:
        """What else the same children do."""
        return Errands(self._crew)

    @property
    def broken(self) -> asyncio.Event:
        """Set when the nursery has gone: no child will come any more, and the worker should be replaced."""
        return self._crew.broken

    async def start(self) -> None:
        """Bring the children up; returns when one is ready. Raises Deferred when none comes up in time."""
        await self._crew.start()

    async def close(self) -> None:
        """End all children and the nursery; may be called twice."""
        await self._crew.close()

    async def examine(self, spool: Spool, limits: Limits, deadline: Deadline) -> Inspection:
        """Look into the message in `spool`; waiting for a free child counts against the deadline alone.

        A message that failed twice is not run again, and gets OUT_OF_TIME beside its first finding.
        """
        offence = None
        if self._poison.may_know(spool.size):
            offence = self._poison.of(await asyncio.to_thread(sha256_of, spool.chunks()))
            if offence and offence.is_proven:
                self.counts.known += 1
                return self._unseen(spool, Finding(offence.kind, "1", "failed before, not run again"), offence)
        try:
            return await self._ask(spool, limits, deadline)
        except _Unseen as failure:
            log.warning("examiner_failed", kind=failure.kind, reason=str(failure), trace=failure.trace)
            if failure.counts:
                digest = await asyncio.to_thread(sha256_of, spool.chunks())
                offence = self._poison.note(digest, spool.size, failure.kind)
            return self._unseen(spool, Finding(failure.kind, "1", str(failure)), offence)

    async def _ask(self, spool: Spool, limits: Limits, deadline: Deadline) -> Inspection:
        """Have one child look; whatever goes wrong with it raises _Unseen and the child is replaced."""
        message = b"".join(spool.chunks()) if spool.size <= SMALL else None
        request = frames.encode(Request(spool.size, limits, message))
        descriptors = [spool.fileno()] if message is None else []
        child = await self._crew.borrow(deadline)
        started = monotonic()
        self.counts.jobs += 1
        is_sound = False
        try:
            async with asyncio.timeout(deadline.sooner(limits.seconds, started).remaining(started)):
                payload, files = await child.ask(request, descriptors)
            answer, rooms = self._received(payload, files, spool.size)
            is_sound = True
        except TimeoutError as error:
            self.counts.timeouts += 1
            ran = monotonic() - started
            # a run cut short because the message waited long says nothing about the message
            raise _Unseen(
                FindingKind.EXAMINER_TIMEOUT, f"stopped after {ran:.1f} s", counts=ran >= limits.seconds / 2
            ) from error
        except (ChildFailed, msgspec.MsgspecError, ValueError, OSError) as error:
            self.counts.crashes += 1
            raise _Unseen(FindingKind.EXAMINER_FAILED, str(error)) from error
        finally:
            self._crew.give_back(child, is_sound=is_sound)
        return self._taken(answer, rooms)

    def _received(self, payload: bytes, descriptors: list[int], size: int) -> tuple[Answer, Rooms]:
        """Take an answer and its files over. Raises ValueError and the like for what cannot be true."""
        rooms = Rooms([])
        try:
            answer = frames.decode_answer(payload)
            if answer.small is not None:
                rooms.spools.append(self._holding(answer.small))
            while descriptors:
                rooms.spools.append(self._spools.received(descriptors.pop(0)))
            _check(answer, size, rooms)
        except BaseException:
            rooms.close()
            for descriptor in descriptors:
                os.close(descriptor)
            raise
        return answer, rooms

    def _holding(self, content: bytes) -> FileSpool:
        spool = self._spools()
        spool.write(content)
        return spool

    def _taken(self, answer: Answer, rooms: Rooms) -> Inspection:
        if answer.examination is not None:
            return Inspection(answer.examination, rooms)
        rooms.close()
        if answer.disk_full:
            raise Deferred(DISK_FULL.reply(), f"examiner: {answer.failure}")
        self.counts.failures += 1
        raise _Unseen(FindingKind.EXAMINER_FAILED, answer.failure, trace=answer.trace)

    def _unseen(self, spool: Spool, finding: Finding, offence: Offence | None) -> Inspection:
        """Return an examination that has seen nothing, and says why."""
        findings: tuple[Finding, ...] = (finding,)
        if offence and offence.is_proven:
            findings += (Finding(FindingKind.OUT_OF_TIME, "1", f"inspection failed {offence.times} times"),)
        whole, nothing = Span(0, spool.size), Span(0, 0)
        root = Part((), whole, nothing, whole, (), "text/plain", "", (), "", "7bit", ())
        return Inspection(Examination(Message(spool.size, root), (), findings), Rooms([self._spools()]))


class _Unseen(Exception):
    """Why there is no examination."""

    def __init__(self, kind: FindingKind, reason: str, *, counts: bool = True, trace: str = "") -> None:
        super().__init__(reason)
        self.kind = kind
        self.counts = counts
        """Whether it counts against the message."""
        self.trace = trace


def _check(answer: Answer, size: int, rooms: Rooms) -> None:
    """Raise ValueError where the answer speaks of what does not exist."""
    found = answer.examination
    if found is not None:
        if found.message.size != size:
            raise ValueError("an answer about another message")
        if not all(rooms.holds(one.content) for one in found.artifacts):
            raise ValueError("a file outside of the scratch")
