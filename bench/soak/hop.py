"""The next hop of a soak: notes each message in a file before it answers 250, so that a kill forgets nothing.

    python -m bench.soak.hop PORT FILE

A stand-in: a real Postfix would deliver too, but could not be asked at every moment what it has taken.
"""

import asyncio
import hashlib
import os
import sys
from pathlib import Path

from bench.soak.mails import MARK
from tests.services.ports import HOST

_MOST = 1 << 26
_END = b"\r\n.\r\n"


class Hop:
    """Answers every client; `notes` gets a line "token sha256" for each message."""

    def __init__(self, notes: Path) -> None:
        self._notes = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk until the client leaves."""
        try:
            writer.write(b"220 hop.test ESMTP\r\n")
            while line := await reader.readline():
                await self._obey(line[:4].upper(), reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _obey(self, verb: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if verb == b"EHLO":
            writer.write(b"250-hop.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
        elif verb == b"DATA":
            writer.write(b"354 go on\r\n")
            data = await reader.readuntil(_END)
            self._note(data[: -len(_END)] + b"\r\n")
            writer.write(b"250 2.0.0 noted\r\n")
        elif verb == b"QUIT":
            writer.write(b"221 2.0.0 bye\r\n")
        else:
            writer.write(b"250 2.0.0 fine\r\n")
        await writer.drain()

    def _note(self, stuffed: bytes) -> None:
        message = stuffed.replace(b"\r\n..", b"\r\n.")
        original = message[message.find(MARK) :]  # trace fields stand on top of the first field of ours
        token = original[len(MARK) :].partition(b"\r\n")[0]
        os.write(self._notes, b"%s %s\n" % (token, hashlib.sha256(original).hexdigest().encode()))


async def _serve(port: int, notes: Path) -> None:
    hop = Hop(notes)
    server = await asyncio.start_server(hop.converse, HOST, port, limit=_MOST, reuse_address=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
