"""Sends copies of a mail over many connections at once, each mail on a connection of its own.

Like any MTA it tries again what is put off (4xx), and counts that.
"""

import asyncio
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.messages import Mail

HOST = "127.0.0.1"
PATIENCE = 300
PAUSE = 1.0
"""Seconds before the next try."""


class _PutOff(Exception):
    """The answer was 4xx."""


@dataclass(slots=True)
class Sent:
    """What sending was like."""

    put_off: int = 0
    """Answers 4xx; the mail was sent again."""
    seconds: list[float] = field(default_factory=list)
    """Of each mail, from connecting to the end of the conversation."""


def send(mail: Mail, port: int, count: int, concurrency: int, recipient: str) -> Sent:
    """Send `count` copies, `concurrency` at a time; raise when one is refused."""
    return asyncio.run(_send(mail, port, count, concurrency, recipient))


_numbers = itertools.count()


async def _send(mail: Mail, port: int, count: int, concurrency: int, recipient: str) -> Sent:
    todo, sent = iter(range(count)), Sent()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(min(concurrency, count)):
            tasks.create_task(_work(mail, port, todo, recipient, sent))
    return sent


async def _work(mail: Mail, port: int, todo: Iterator[int], recipient: str, sent: Sent) -> None:
    for _ in todo:
        began = time.monotonic()
        async with asyncio.timeout(PATIENCE):
            while not await _is_taken(mail, port, recipient):
                sent.put_off += 1
                await asyncio.sleep(PAUSE)
        sent.seconds.append(time.monotonic() - began)


async def _is_taken(mail: Mail, port: int, recipient: str) -> bool:
    try:
        await _transaction(mail, port, recipient)
    except _PutOff:
        return False
    return True


async def _transaction(mail: Mail, port: int, recipient: str) -> None:
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        await _expect(reader, b"220")
        writer.write(b"EHLO bench.test\r\n")
        await _expect(reader, b"250")
        envelope = f"MAIL FROM:<bench@sender.test> SIZE={mail.size}\r\nRCPT TO:<{recipient}>\r\nDATA\r\n"
        writer.write(envelope.encode())
        for code in (b"250", b"250", b"354"):
            await _expect(reader, code)
        for chunk in mail.copy(next(_numbers)):
            writer.write(chunk)
            await writer.drain()
        writer.write(b"\r\n.\r\n")
        await _expect(reader, b"250")
        writer.write(b"QUIT\r\n")
        await _expect(reader, b"221")
    finally:
        writer.close()


async def _expect(reader: asyncio.StreamReader, code: bytes) -> None:
    while True:
        line = await reader.readline()
        if line.startswith(b"4"):
            raise _PutOff
        if not line.startswith(code):
            raise RuntimeError(f"expected {code.decode()}, got {line.decode(errors='replace')!r}")
        if line[3:4] != b"-":
            return
