"""One look at a message for all its Groups: services that examine, scan and verify once, and remember.

A message is examined once for each set of limits, which are the policy's. Whoever makes this closes it, after the last
of the Groups is judged; before that no scratch is given up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from gateway.model.authentication import Authentication
from gateway.model.envelope import Envelope
from gateway.model.limits import Deadline, Limits
from gateway.model.scan import ScanResult
from gateway.model.span import Span
from gateway.pipeline.services import Services
from gateway.ports.authentication import Authenticator
from gateway.ports.inspection import Examiner, Inspection, Scannable, Scanner
from gateway.ports.spool import Content, Spool

T = TypeVar("T")


class Once:
    """The services for one message to several Groups."""

    def __init__(self, on: Services) -> None:
        self._examiner = _Examiner(on.examiner)
        self.services = replace(
            on,
            examiner=self._examiner,
            scanners=[_Scanner(scanner) for scanner in on.scanners],
            authenticator=_Authenticator(on.authenticator) if on.authenticator else None,
        )

    def close(self) -> None:
        """Give the decoded files up."""
        self._examiner.close()


class _Answers(Generic[T]):
    """What was asked already; a failure is not remembered."""

    def __init__(self) -> None:
        self.known: dict[Hashable, T] = {}
        self._turn = asyncio.Lock()

    async def get(self, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        async with self._turn:
            if key not in self.known:
                self.known[key] = await ask()
            return self.known[key]


class _Lent:
    """A scratch that those who use it cannot close."""

    def __init__(self, scratch: Content) -> None:
        self.scratch = scratch

    def chunks(self, span: Span) -> Iterator[bytes]:
        return self.scratch.chunks(span)

    def descriptor_of(self, span: Span) -> int | None:
        return self.scratch.descriptor_of(span)

    def close(self) -> None:
        """Leave it to `Once`."""


class _Examiner:
    def __init__(self, examiner: Examiner) -> None:
        self._examiner = examiner
        self._answers = _Answers[Inspection]()
        self._lent: list[_Lent] = []

    async def examine(self, spool: Spool, limits: Limits, deadline: Deadline) -> Inspection:
        async def ask() -> Inspection:
            found = await self._examiner.examine(spool, limits, deadline)
            self._lent.append(_Lent(found.scratch))
            return Inspection(found.examination, self._lent[-1])

        return await self._answers.get(limits, ask)

    def close(self) -> None:
        for one in self._lent:
            one.scratch.close()


class _Scanner:
    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._answers = _Answers[Sequence[ScanResult]]()

    async def scan(self, files: Sequence[Scannable], deadline: Deadline) -> Sequence[ScanResult]:
        key = tuple((id(file.source), file.where, file.span) for file in files)
        return await self._answers.get(key, lambda: self._scanner.scan(files, deadline))


class _Authenticator:
    """The results hang on client, sender and bytes, which are the same for all."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator
        self._answers = _Answers[Authentication]()

    @property
    def authserv_id(self) -> str:
        return self._authenticator.authserv_id

    @property
    def is_always_asked(self) -> bool:
        return self._authenticator.is_always_asked

    async def verify(self, spool: Spool, envelope: Envelope, deadline: Deadline) -> Authentication:
        return await self._answers.get(None, lambda: self._authenticator.verify(spool, envelope, deadline))
