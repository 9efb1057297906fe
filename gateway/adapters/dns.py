"""DNS for sender authentication: by c-ares, cached, each question bounded in time.

A name that does not exist is an answer; a server that fails or is silent is trouble, told apart, and not
remembered for long. Answers are cut to what evaluation can use, so that no zone fills the memory.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import monotonic

import aiodns
import pycares

from gateway.authn.answers import Answer, Found, Kind, Question
from gateway.model.limits import MIB, Deadline

PATIENCE = 5.0
"""Seconds for one question; RFC 7208 section 4.6.4 grants SPF 20 s in all."""
_TRIES = 2
_MOST_RECORDS = 50
_LONGEST = 4096
"""Characters of one record; a key of 8192 bits needs 1400."""
_TTL = (5.0, 3600.0)
"""Seconds that an answer is kept, whatever its zone says."""
_TROUBLE = 5.0
_NOTHING = 60.0
_ROOM = 8 * MIB
"""Of all answers that are kept; each weighs its characters and what Python needs around them."""
_AROUND = 500
_MOST_OPEN = 5000
"""Questions on their way at a time; one more is trouble at once, so that a flood of mail is none of questions."""
_NO_RECORDS = frozenset({pycares.errno.ARES_ENOTFOUND, pycares.errno.ARES_ENODATA, pycares.errno.ARES_EBADNAME})
_READ: Mapping[Kind, Callable[[object], str]] = {
    Kind.A: lambda data: str(getattr(data, "addr", "")),
    Kind.AAAA: lambda data: str(getattr(data, "addr", "")),
    Kind.MX: lambda data: str(getattr(data, "exchange", "")),
    Kind.PTR: lambda data: str(getattr(data, "dname", "")),
    Kind.TXT: lambda data: bytes(getattr(data, "data", b"")).decode("latin-1"),
}
_TYPES = {kind: aiodns.query_type_map[kind.value] for kind in Kind}


class Resolver:
    """Asks the given servers, or those of the system; makes its channel when the first question comes."""

    def __init__(self, servers: Sequence[str] = (), clock: Callable[[], float] = monotonic) -> None:
        """Take servers as `host:port`."""
        self._servers = tuple(servers)
        self._clock = clock
        self._channel: aiodns.DNSResolver | None = None
        self._kept: OrderedDict[Question, tuple[float, Answer]] = OrderedDict()
        self._weight = 0
        self._asking: dict[Question, asyncio.Task[Answer]] = {}

    async def answers(self, questions: Iterable[Question], deadline: Deadline) -> dict[Question, Answer]:
        """Return an answer to each question; those that do not come in time are trouble. Never raises."""
        wanted = {question: self._answer(question) for question in questions}
        waiting = [one for one in wanted.values() if isinstance(one, asyncio.Task)]
        if waiting:
            await asyncio.wait(waiting, timeout=deadline.remaining(monotonic()))
        return {question: _result(one) for question, one in wanted.items()}

    async def close(self) -> None:
        """Give the channel back; open questions end as trouble."""
        for task in self._asking.values():
            task.cancel()
        if self._channel is not None:
            await self._channel.close()

    def _answer(self, question: Question) -> Answer | asyncio.Task[Answer]:
        """Return what is known, or the task that asks; one for all who wait."""
        until, answer = self._kept.get(question, (0.0, None))
        if answer is not None and self._clock() < until:
            self._kept.move_to_end(question)
            return answer
        if question not in self._asking:
            if len(self._asking) >= _MOST_OPEN:
                return Answer(Found.TROUBLE)
            task = asyncio.create_task(self._ask(question))
            self._asking[question] = task
            task.add_done_callback(lambda _: self._asking.pop(question, None))
        return self._asking[question]

    async def _ask(self, question: Question) -> Answer:
        if self._channel is None:
            self._channel = aiodns.DNSResolver(self._servers or None, timeout=PATIENCE / _TRIES, tries=_TRIES)
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._channel.query_dns(question.name, question.kind.value)
        except aiodns.error.DNSError as error:
            is_nothing = bool(error.args) and error.args[0] in _NO_RECORDS
            return self._keep(question, Answer(Found.NOTHING if is_nothing else Found.TROUBLE), _NOTHING)
        except TimeoutError:
            return self._keep(question, Answer(Found.TROUBLE), _NOTHING)
        mine = [record for record in found.answer if record.type == _TYPES[question.kind]][:_MOST_RECORDS]
        texts = tuple(_READ[question.kind](record.data)[:_LONGEST] for record in mine)
        seconds = min((float(record.ttl) for record in mine), default=_NOTHING)
        return self._keep(question, Answer(Found.RECORDS if texts else Found.NOTHING, texts), seconds)

    def _keep(self, question: Question, answer: Answer, seconds: float) -> Answer:
        low, high = _TTL
        bounded = _TROUBLE if answer.found is Found.TROUBLE else min(max(seconds, low), high)
        _, before = self._kept.pop(question, (0.0, None))
        self._kept[question] = (self._clock() + bounded, answer)
        self._weight += _weight(answer) - (_weight(before) if before else 0)
        while self._weight > _ROOM:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._weight -= _weight(oldest)
        return answer


def _weight(answer: Answer) -> int:
    return _AROUND + sum(map(len, answer.records))


def _result(one: Answer | asyncio.Task[Answer]) -> Answer:
    if isinstance(one, Answer):
        return one
    is_told = one.done() and not one.cancelled() and one.exception() is None
    return one.result() if is_told else Answer(Found.TROUBLE)
