"""The SMTP door of one worker: makes a server for each connection, and closes in good order."""

import asyncio
import logging
import ssl
from collections.abc import Callable

from gateway.doors.admission import Admission, Bounds
from gateway.doors.smtp.server import Server
from gateway.doors.smtp.session import Shared
from gateway.doors.smtp.settings import DoorSettings
from gateway.model.policyset import PolicySet
from gateway.model.reply import SHUTTING_DOWN
from gateway.pipeline.services import Services

__all__ = ["Door", "DoorSettings"]


class Door:
    """Pass `protocol` to `loop.create_server`. `tls` is asked at each handshake; None means no STARTTLS."""

    def __init__(
        self,
        services: Services,
        policies: Callable[[], PolicySet],
        settings: DoorSettings,
        tls: Callable[[], ssl.SSLContext | None],
    ) -> None:
        self.admission = Admission(
            Bounds(settings.connections, settings.per_client, settings.in_flight, settings.idle_grace)
        )
        self._shared = Shared(services, policies, settings, self.admission)
        self._tls = tls
        # aiosmtpd logs several lines for each connection; they cost as much as the rest of a small message.
        logging.getLogger("mail.log").setLevel(logging.WARNING)

    def protocol(self) -> Server:
        """Make the server of one connection."""
        return Server(self._shared, self._tls)

    async def drain(self, seconds: float) -> None:
        """Turn new clients away, send idle ones off, let transactions end for `seconds`, then cut the rest off.

        Everybody hears 421 4.3.2. Returns when no connection works any more.
        """
        self.admission.is_draining = True
        guests = list(self.admission.guests)
        for guest in guests:
            if guest.idle_since is not None:
                guest.hang_up(SHUTTING_DOWN.reply())
        late = {guest.work for guest in guests}
        if late:
            _, late = await asyncio.wait(late, timeout=seconds)
        for guest in list(self.admission.guests):
            guest.hang_up(SHUTTING_DOWN.reply())
        if late:
            await asyncio.wait(late, timeout=self._shared.settings.last_word_seconds)
