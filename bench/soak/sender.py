"""A sending MTA: tries again whatever was put off or cut off, and keeps what it was told at last of each recipient.

Some transactions use BDAT, some are abandoned half-way, and beside them stand clients that only take up places.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from bench.soak.mails import UNKNOWN, Soaked
from tests.services.ports import HOST

PATIENCE = 120.0
"""Seconds for a whole transaction; the gateway's own deadline for a message is 90 s."""
PAUSE = 0.3
_CHUNK = 40_000
_ABANDONED, _CHUNKED = 0.05, 0.25
"""Shares of the transactions."""


@dataclass(slots=True)
class Ledger:
    """What the sending side knows."""

    sent: dict[str, Soaked] = field(default_factory=dict)
    accepted: dict[str, frozenset[str]] = field(default_factory=dict)
    """By token: the recipients for whom 250 was said, and then for the message."""
    refused: set[str] = field(default_factory=set)
    put_off: int = 0
    cut_off: int = 0
    abandoned: int = 0
    hung: int = 0


class _Refused(Exception):
    """5xx to the message, or to all its recipients."""


class _PutOff(Exception):
    """4xx, or a connection that ended with one."""


class _Abandoned(Exception):
    """We left."""


async def send(mail: Soaked, port: int, ledger: Ledger, give_up: asyncio.Event, chance: Random) -> None:
    """Send until there is a definite answer, or until `give_up`."""
    ledger.sent[mail.token] = mail
    while not give_up.is_set():
        try:
            async with asyncio.timeout(PATIENCE):
                ledger.accepted[mail.token] = await _transaction(mail, port, chance)
                return
        except _Refused:
            ledger.refused.add(mail.token)
            return
        except _PutOff:
            ledger.put_off += 1
        except _Abandoned:
            ledger.abandoned += 1
        except TimeoutError:
            ledger.hung += 1
        except (OSError, asyncio.IncompleteReadError):
            ledger.cut_off += 1
        await asyncio.sleep(PAUSE)


async def dawdle(port: int, is_over: asyncio.Event, chance: Random) -> None:
    """Take up a place: say a letter at a time, or nothing; come again when sent off."""
    while not is_over.is_set():
        with suppress(OSError):
            _, writer = await asyncio.open_connection(HOST, port)
            for letter in b"EHLO dawdle.test\r\nMAIL FROM:<slow@sender.example>\r\n"[: chance.randint(0, 60)]:
                writer.write(bytes((letter,)))
                with suppress(TimeoutError):
                    await asyncio.wait_for(is_over.wait(), 0.2)
                if is_over.is_set() or writer.transport.is_closing():
                    break
            writer.close()
        await asyncio.sleep(PAUSE)


async def _transaction(mail: Soaked, port: int, chance: Random) -> frozenset[str]:
    """Return the recipients that the message was accepted for."""
    reader, writer = await asyncio.open_connection(HOST, port)
    leaves_after = chance.randint(0, 4 + len(mail.recipients)) if chance.random() < _ABANDONED else -1
    talk = _Talk(reader, writer, leaves_after)
    try:
        await talk.say(b"", 220)
        await talk.say(b"EHLO soak.test\r\n", 250)
        await talk.say(b"MAIL FROM:<soak@sender.example>\r\n", 250)
        known = [one for one in mail.recipients if await talk.offer(one)]
        if not known:
            raise _Refused
        if chance.random() < _CHUNKED:
            pieces = [mail.raw[at : at + _CHUNK] for at in range(0, len(mail.raw), _CHUNK)]
            for piece in pieces[:-1]:
                await talk.say(b"BDAT %d\r\n" % len(piece) + piece, 250)
            await talk.say(b"BDAT %d LAST\r\n" % len(pieces[-1]) + pieces[-1], 250)
        else:
            await talk.say(b"DATA\r\n", 354)
            await talk.say(mail.raw.replace(b"\r\n.", b"\r\n..") + b".\r\n", 250)
        return frozenset(known)
    finally:
        writer.close()


class _Talk:
    """One connection, left after so many replies."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, leaves_after: int) -> None:
        self._reader = reader
        self._writer = writer
        self._left = leaves_after

    async def say(self, words: bytes, wanted: int) -> None:
        """Raise for any other answer than the one wanted."""
        code = await self._ask(words)
        if 500 <= code < 600:
            raise _Refused
        if code != wanted:
            raise _PutOff

    async def offer(self, recipient: str) -> bool:
        """Give a recipient; tell whether he is known."""
        code = await self._ask(b"RCPT TO:<%s>\r\n" % recipient.encode())
        if code == 550 and recipient == UNKNOWN:
            return False
        if code != 250:
            raise _Refused if code >= 500 else _PutOff
        return True

    async def _ask(self, words: bytes) -> int:
        if self._left == 0:
            self._writer.transport.abort()
            raise _Abandoned
        self._left -= 1
        self._writer.write(words)
        await self._writer.drain()
        while (line := await self._reader.readuntil(b"\n"))[3:4] == b"-":
            continue
        return int(line[:3])
