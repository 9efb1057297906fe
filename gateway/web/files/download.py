"""The bytes of a file on their way out: in pieces, in bounded memory, and no longer than the file may be given out.

What is under way shares one amount of memory: the more readers there are, the smaller are their pieces, and who takes
nothing holds next to nothing. Twice a second the rows of all files under way are asked again, and whoever reads one
that was withdrawn is cut off.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import structlog
from starlette.types import Receive, Scope, Send

from gateway.model.hosted import Download, HostedFile
from gateway.ports.files import Contents, Lending, Unavailable
from gateway.web.connections import Wire
from gateway.web.files.ranges import Span

_MEMORY = 32 * 1024 * 1024
_LEAST, _MOST = 16 * 1024, 512 * 1024
_LOOK_SECONDS = 0.5
_WRITE_SECONDS = 0.25
_LINES = 100_000
"""Journal lines that wait for a database which does not answer; what comes then is lost, and said so."""

log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class Transfer:
    """One answer with content, under way."""

    file: HostedFile
    span: Span
    token: str
    """A digest of it."""
    network: str
    at: float
    wire: Wire
    sent: int = 0


class Downloads:
    """All downloads of one process."""

    def __init__(self, lending: Lending, contents: Contents) -> None:
        self._lending = lending
        self._contents = contents
        self._under_way: set[Transfer] = set()
        self._journal: list[tuple[str, Download]] = []
        self._is_troubled = False

    def __len__(self) -> int:
        return len(self._under_way)

    def of(self, file_id: str) -> int:
        """Count downloads of a file that are under way or not in its journal yet."""
        waiting = sum(one == file_id for one, _ in self._journal)
        return waiting + sum(one.file.id == file_id for one in self._under_way)

    def piece(self, sent: int) -> int:
        """Return how many bytes the next piece has of one who took `sent`: little for those who take little."""
        return max(_LEAST, min(_MOST, _MEMORY // max(1, len(self._under_way)), sent // 8))

    async def watch(self) -> None:
        """Keep looking whether what is under way may still be given out, and write the journal; until cancelled."""
        await asyncio.gather(self._look(), self._write())

    async def flush(self) -> None:
        """Write what the journal still lacks."""
        lines, self._journal = self._journal, []
        if lines:
            try:
                await asyncio.to_thread(self._lending.record, lines)
            except Unavailable as error:
                self._journal = (lines + self._journal)[-_LINES:]
                self._say(error)
            else:
                self._say(None)

    def note(self, transfer: Transfer) -> None:
        """Put a transfer into the journal."""
        line = Download(transfer.at, transfer.token, transfer.network, transfer.sent)
        self._journal.append((transfer.file.id, line))

    async def pieces(self, transfer: Transfer) -> AsyncGenerator[bytes, None]:
        """Yield the pieces of a transfer, which counts from the first one until they end or are closed."""
        self._under_way.add(transfer)
        span = transfer.span
        read = self._contents.read(transfer.file, span.start, span.end, lambda: self.piece(transfer.sent))
        try:
            async with aclosing(read) as pieces:
                async for piece in pieces:
                    yield piece
                    transfer.sent += len(piece)
        finally:
            self._under_way.discard(transfer)
            self.note(transfer)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            ids = {one.file.id for one in self._under_way}
            if not ids:
                continue
            try:
                gone = set(await asyncio.to_thread(self._lending.withdrawn, ids))
            except Unavailable as error:
                self._say(error)
                continue
            for one in [one for one in self._under_way if one.file.id in gone]:
                log.info("download_cut", file=one.file.id, network=one.network, sent=one.sent)
                one.wire.cut()

    async def _write(self) -> None:
        while True:
            await asyncio.sleep(_WRITE_SECONDS)
            await self.flush()

    def _say(self, trouble: Unavailable | None) -> None:
        """Tell each trouble once."""
        if trouble and not self._is_troubled:
            log.error("store_unusable", reason=str(trouble))
        elif self._is_troubled and not trouble:
            log.info("store_usable")
        self._is_troubled = trouble is not None


class Sending:
    """An ASGI answer: a head, and the pieces of a transfer."""

    def __init__(
        self, status: int, head: Sequence[tuple[bytes, bytes]], transfer: Transfer, pieces: AsyncGenerator[bytes, None]
    ) -> None:
        self._status = status
        self._head = list(head)
        self._transfer = transfer
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; cut the connection where the content ends too early. Raises Unavailable before the first byte."""
        del scope
        left, wire = len(self._transfer.span), self._transfer.wire
        async with aclosing(self._pieces) as pieces:
            first = await anext(pieces, b"")
            await send({"type": "http.response.start", "status": self._status, "headers": self._head})
            try:
                left -= await _sent(send, first, left)
                async for piece in pieces:
                    if wire.is_gone or not left:
                        break
                    left -= await _sent(send, piece, left)
            except Unavailable as error:
                log.warning("content_unreadable", file=self._transfer.file.id, reason=str(error))
            if left:
                wire.cut()
                while (await receive())["type"] != "http.disconnect":
                    pass


async def _sent(send: Send, piece: bytes, left: int) -> int:
    """Send a piece, never more than was promised; return its length."""
    piece = piece[:left]
    await send({"type": "http.response.body", "body": piece, "more_body": len(piece) < left})
    return len(piece)
