"""One complete message on its way through the pipeline, and the answer that the MTA waits for.

The verdict is said once: in time, or as 451 when a step ignores the deadline. Until then the MTA gets signs of life.
A message that is abandoned, or not answered by the path itself, leaves a record all the same.
"""

import asyncio
from collections.abc import Callable

from gateway.doors.ids import with_id
from gateway.doors.milter.outlet import ActionsOutlet
from gateway.doors.milter.session import Shared
from gateway.doors.reception import Reception
from gateway.model.errors import GatewayError
from gateway.model.facts import Facts
from gateway.model.record import MessageRecord
from gateway.model.reply import DEADLINE, UNFORESEEN, Reply
from gateway.pipeline.job import Job
from gateway.pipeline.process import process
from gateway.wire.milter_frames import ACCEPT, DISCARD, PROGRESS, hold, reply_code


class Judging:
    """Begins when it is made; `say` is called with signs of life, `done` once with the verdict."""

    def __init__(
        self,
        job: Job,
        reception: Reception,
        outlet: ActionsOutlet,
        shared: Shared,
        say: Callable[[bytes], None],
        done: Callable[[bytes], None],
    ) -> None:
        self._job, self._reception, self._outlet = job, reception, outlet
        self._services, settings = shared.services, shared.settings
        self._settings = settings
        self._say, self._done = say, done
        self.task = asyncio.create_task(self._path())
        loop = asyncio.get_running_loop()
        self._timers = [
            loop.call_later(settings.deadline_seconds + settings.last_word_seconds, self._give_up),
            loop.call_later(settings.progress_seconds, self._live),
        ]
        self._is_over = False
        self.task.add_done_callback(self._finish)

    def abandon(self, reason: str) -> None:
        """Give the message up, whose verdict nobody wants any more."""
        if not self._is_over:
            self._end()
            self.task.cancel()
            self._record(UNFORESEEN.reply(), reason)

    async def _path(self) -> Reply:
        try:
            self._reception.check(self._settings.size)
            self._reception.check_hops(self._settings.hops)
        except GatewayError as error:
            reply = with_id(error.reply, self._job.id)
            self._record(reply, error.reason)
            return reply
        return await process(self._job, self._services, self._outlet)

    def _finish(self, task: asyncio.Task[Reply]) -> None:
        if not self._is_over:
            self._end()
            reply = with_id(task.result(), self._job.id)
            self._done(_verdict(reply, self._kept(reply), has_taken=self._outlet.has_taken))

    def _kept(self, reply: Reply) -> bytes:
        """Return what becomes of the MTA's copy of a message that our quarantine has."""
        if self._settings.has_held and self._outlet.may_hold:
            return hold(reply.lines[0].encode("ascii", "replace")) + ACCEPT
        return DISCARD

    def _give_up(self) -> None:
        self._end()
        self.task.cancel()
        reply = with_id(DEADLINE.reply(), self._job.id)
        self._record(reply, "a step ignored the deadline")
        self._done(reply_code(reply))

    def _live(self) -> None:
        self._say(PROGRESS)
        self._timers[1] = asyncio.get_running_loop().call_later(self._settings.progress_seconds, self._live)

    def _end(self) -> None:
        self._is_over = True
        for timer in self._timers:
            timer.cancel()

    def _record(self, reply: Reply, reason: str) -> None:
        job = self._job
        self._services.log.write(
            MessageRecord(
                facts=Facts(job.id, job.received_at, job.envelope, job.spool.size, (), (), ()),
                tenants=job.group.tenants,
                verdict=None,
                reply=reply,
                next_hop="",
                next_hop_reply=None,
                unknown_outcome=False,
                timings=dict(job.watch.seconds),
                error=reason,
            )
        )


def _verdict(reply: Reply, kept: bytes, *, has_taken: bool) -> bytes:
    """Return the last word; a positive reply to a message that did not leave means that the quarantine has it."""
    if not reply.is_positive:
        return reply_code(reply)
    return ACCEPT if has_taken else kept
