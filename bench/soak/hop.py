"""The next hop of a soak: notes each message in a file before it answers 250, so that a kill forgets nothing.

It refuses one recipient, and knows all others.

    python -m bench.soak.hop PORT FILE

A stand-in: a real Postfix would deliver too, but could not be asked at every moment what it has taken.
"""

import asyncio
import hashlib
import os
import sys
from pathlib import Path

from bench.soak.mails import MARK, UNKNOWN
from tests.services.ports import HOST

_MOST = 1 << 26
_END = b"\r\n.\r\n"


class Hop:
    """Answers one client; the file `notes` gets a line "token sha256 recipient …" for each message."""

    def __init__(self, notes: int) -> None:
        self._notes = notes
        self._recipients: list[bytes] = []

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk until the client leaves."""
        try:
            writer.write(b"220 hop.test ESMTP\r\n")
            while line := await reader.readline():
                await self._obey(line, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _obey(self, line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        verb = line[:4].upper()
        if verb in (b"MAIL", b"RSET"):
            self._recipients = []
        if verb == b"EHLO":
            writer.write(b"250-hop.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
        elif verb == b"RCPT" and UNKNOWN.encode() in line:
            writer.write(b"550 5.1.1 unknown\r\n")
        elif verb == b"RCPT":
            self._recipients.append(line.partition(b"<")[2].partition(b">")[0])
            writer.write(b"250 2.1.5 known\r\n")
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
        digest = hashlib.sha256(original).hexdigest().encode()
        os.write(self._notes, b" ".join((token, digest, *self._recipients)) + b"\n")


async def _serve(port: int, notes: Path) -> None:
    file = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Hop(file).converse(reader, writer)

    server = await asyncio.start_server(converse, HOST, port, limit=_MOST, reuse_address=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
