"""A sending MTA: tries again whatever was put off or cut off, and keeps what it was told at last."""

import asyncio
from dataclasses import dataclass, field

from bench.soak.mails import Soaked
from tests.services.ports import HOST

PATIENCE = 120.0
"""Seconds for a whole transaction; the gateway's own deadline for a message is 90 s."""
PAUSE = 0.3


@dataclass(slots=True)
class Ledger:
    """What the sending side knows."""

    sent: dict[str, Soaked] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    put_off: int = 0
    cut_off: int = 0
    hung: int = 0


class _Refused(Exception):
    """5xx."""


async def send(mail: Soaked, port: int, ledger: Ledger, give_up: asyncio.Event) -> None:
    """Send until there is a definite answer, or until `give_up`."""
    ledger.sent[mail.token] = mail
    while not give_up.is_set():
        try:
            async with asyncio.timeout(PATIENCE):
                if await _transaction(mail, port):
                    ledger.accepted.add(mail.token)
                    return
            ledger.put_off += 1
        except _Refused:
            ledger.refused.add(mail.token)
            return
        except TimeoutError:
            ledger.hung += 1
        except (OSError, asyncio.IncompleteReadError):
            ledger.cut_off += 1
        await asyncio.sleep(PAUSE)


async def _transaction(mail: Soaked, port: int) -> bool:
    """Return True for 250, False for any 4xx."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        stuffed = mail.raw.replace(b"\r\n.", b"\r\n..")
        for said, wanted in (
            (b"", 220),
            (b"EHLO soak.test\r\n", 250),
            (b"MAIL FROM:<soak@sender.example>\r\n", 250),
            (b"RCPT TO:<bob@example.test>\r\n", 250),
            (b"DATA\r\n", 354),
            (stuffed + b".\r\n", 250),
        ):
            writer.write(said)
            await writer.drain()
            code = await _code(reader)
            if 500 <= code < 600:
                raise _Refused
            if code != wanted:
                return False
        return True
    finally:
        writer.close()


async def _code(reader: asyncio.StreamReader) -> int:
    while True:
        line = await reader.readuntil(b"\n")
        if line[3:4] != b"-":
            return int(line[:3])
