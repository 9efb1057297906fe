"""Errands: what children do with a message besides examining it."""

import asyncio
import os
from time import monotonic

import msgspec

from gateway.adapters.sandbox import frames
from gateway.adapters.sandbox.crew import Crew
from gateway.adapters.sandbox.frames import Request
from gateway.adapters.sandbox.handle import ChildFailed
from gateway.authn.errands import Errand, Outcome
from gateway.model.limits import Deadline, Limits
from gateway.ports.spool import Spool


class ErrandFailed(Exception):
    """The child crashed, took too long or answered nonsense; why, in a few words."""


class Errands:
    """Has errands run by the children of a crew, which examine messages as well."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    async def run(self, spool: Spool, limits: Limits, errand: Errand, deadline: Deadline) -> Outcome:
        """Have one child do it. Raises ErrandFailed, and Deferred where no child is free in time."""
        request = frames.encode(Request(spool.size, limits, None, errand))
        child = await self._crew.borrow(deadline)
        started, is_sound = monotonic(), False
        try:
            async with asyncio.timeout(deadline.sooner(limits.seconds, started).remaining(started)):
                payload, files = await child.ask(request, [spool.fileno()])
            for file in files:
                os.close(file)
            answer = frames.decode_answer(payload)
            is_sound = True
        except TimeoutError as error:
            raise ErrandFailed(f"stopped after {monotonic() - started:.1f} s") from error
        except (ChildFailed, msgspec.MsgspecError, ValueError, OSError) as error:
            raise ErrandFailed(str(error)) from error
        finally:
            self._crew.give_back(child, is_sound=is_sound)
        if answer.outcome is None:
            raise ErrandFailed(answer.failure)
        return answer.outcome
