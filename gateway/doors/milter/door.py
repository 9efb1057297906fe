"""The milter door of one worker: makes a connection for each MTA that calls, and closes in good order."""

import asyncio
import time
from collections.abc import Callable

from gateway.doors.admission import Admission, Bounds
from gateway.doors.milter.server import Connection
from gateway.doors.milter.session import Shared
from gateway.doors.milter.settings import MilterSettings
from gateway.model.policyset import PolicySet
from gateway.model.reply import SHUTTING_DOWN
from gateway.pipeline.services import Services

__all__ = ["Door", "MilterSettings"]

_LOOK = 0.2
"""Seconds between looks at who is quiet."""


class Door:
    """Pass `protocol` to the loop's servers. `beside` is the SMTP door's book, which shares its budget of bytes."""

    def __init__(
        self,
        services: Services,
        policies: Callable[[], PolicySet],
        settings: MilterSettings,
        beside: Admission | None = None,
    ) -> None:
        bounds = Bounds(settings.connections, settings.connections, settings.in_flight, settings.idle_grace)
        self.admission = Admission(bounds, beside)
        self._shared = Shared(services, policies, settings, self.admission)

    def protocol(self) -> Connection:
        """Make the machine of one connection."""
        return Connection(self._shared)

    async def drain(self, seconds: float) -> None:
        """Serve whoever still talks for `seconds`, then cut off.

        An MTA keeps its connection as long as its client, and could not open another one for the client's next mail,
        which would be put off. So connections end by themselves, or when they are quiet.
        """
        book, settings = self.admission, self._shared.settings
        book.is_draining = True
        until = time.monotonic() + seconds
        while book.works and (now := time.monotonic()) < until:
            for guest in list(book.guests):
                if guest.idle_since is not None and now - guest.idle_since >= settings.idle_grace:
                    guest.hang_up(SHUTTING_DOWN.reply())
            await asyncio.wait(book.works, timeout=_LOOK, return_when=asyncio.FIRST_COMPLETED)
        for guest in list(book.guests):
            guest.hang_up(SHUTTING_DOWN.reply())
        if book.works:
            await asyncio.wait(book.works, timeout=settings.last_word_seconds)
