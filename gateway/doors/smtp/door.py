"""The SMTP door of one worker: makes a server for each connection, and closes in good order."""

import asyncio
import logging
import ssl
from collections.abc import Callable

from gateway.doors.admission import Admission, Bounds
from gateway.doors.smtp.lmtp import LmtpServer
from gateway.doors.smtp.server import Server
from gateway.doors.smtp.settings import DoorSettings
from gateway.doors.smtp.transaction import Shared
from gateway.model.policyset import PolicySet
from gateway.model.reply import SHUTTING_DOWN
from gateway.pipeline.services import Services

__all__ = ["Door", "DoorSettings"]


class Door:
    """Pass `protocol` or `lmtp` to `loop.create_server`. `tls` is asked at each handshake; None means no STARTTLS."""

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

    def lmtp(self) -> LmtpServer:
        """Make the server of one connection that speaks LMTP."""
        return LmtpServer(self._shared, self._tls)

    async def drain(self, seconds: float) -> None:
        """Turn new clients away, send idle ones off, let transactions end for `seconds`, then cut the rest off.

        Everybody hears 421 4.3.2. Returns when no connection works any more.
        """
        book = self.admission
        book.is_draining = True
        for guest in list(book.guests):
            if guest.idle_since is not None and not guest.has_transaction:
                guest.hang_up(SHUTTING_DOWN.reply())
        await _ended(book.works, seconds)
        for guest in list(book.guests):
            guest.hang_up(SHUTTING_DOWN.reply())
        await _ended(book.works, self._shared.settings.last_word_seconds)


async def _ended(works: set[asyncio.Future[None]], seconds: float) -> None:
    if works:
        await asyncio.wait(works, timeout=seconds)
