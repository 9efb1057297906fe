"""An MTA for tests: it speaks to the door over a unix socket, and does to a message what it is told, as Postfix does.

A stand-in: only it can say what no real MTA says, and shows each single answer.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gateway.doors.milter.changes import Field
from gateway.doors.milter.door import Door
from gateway.wire.milter_frames import Frame, FrameReader
from tests.unit.wire import milter_talk as talk

LAST = b"acdsty"
"""Answers that end a step."""


@dataclass
class Held:
    """A message as an MTA holds it."""

    fields: list[Field]
    body: bytes
    is_new: bool = False
    """The body is one that the milter gave."""

    @classmethod
    def of(cls, raw: bytes) -> "Held":
        """Take a message apart."""
        header, _, body = raw.partition(b"\r\n\r\n")
        fields = [(one.partition(b":")[0], one + b"\r\n") for one in talk.fields(header)]
        return cls(fields, body)

    def apply(self, frames: Iterable[Frame], *, has_space: bool = True) -> bytes:
        """Do what the frames say; return the message that comes of it."""
        for one in frames:
            match chr(one.command):
                case "i":
                    name, value, _ = one.data[4:].split(b"\0")
                    self.fields.insert(int.from_bytes(one.data[:4]), _made(name, value, has_space=has_space))
                case "h":
                    name, value, _ = one.data.split(b"\0")
                    self.fields.append(_made(name, value, has_space=has_space))
                case "m":
                    name, value, _ = one.data[4:].split(b"\0")
                    self._change(int.from_bytes(one.data[:4]), name, value, has_space=has_space)
                case "b":
                    self.body = (self.body if self.is_new else b"") + one.data
                    self.is_new = True
        return b"".join(raw for _, raw in self.fields) + b"\r\n" + self.body

    def _change(self, occurrence: int, name: bytes, value: bytes, *, has_space: bool) -> None:
        same = [at for at, (one, _) in enumerate(self.fields) if one.lower() == name.lower()]
        if value:
            self.fields[same[occurrence - 1]] = _made(name, value, has_space=has_space)
        else:
            del self.fields[same[occurrence - 1]]


def _made(name: bytes, value: bytes, *, has_space: bool) -> Field:
    return name, name + (b":" if has_space else b": ") + value.replace(b"\n", b"\r\n") + b"\r\n"


@dataclass
class Mta:
    """One connection with the door."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    _frames: FrameReader = field(default_factory=FrameReader)
    _came: list[Frame] = field(default_factory=list)

    def say(self, stream: bytes) -> None:
        """Send."""
        self.writer.write(stream)

    async def next(self) -> Frame:
        """Return the next frame. Raises EOFError at the end of the connection."""
        async with asyncio.timeout(20):
            while not self._came:
                octets = await self.reader.read(65536)
                if not octets:
                    raise EOFError
                self._came += self._frames.feed(octets)
        return self._came.pop(0)

    async def answer(self) -> list[Frame]:
        """Return the frames up to the one that ends a step."""
        frames = [await self.next()]
        while frames[-1].command not in LAST:
            frames.append(await self.next())
        return frames

    async def asked(self, stream: bytes) -> str:
        """Say something and return the one answer in words: a letter, or our reply."""
        self.say(stream)
        (one,) = await self.answer()
        return said(one)

    async def open(self, options: bytes = talk.options()) -> None:
        """Negotiate, and tell of a client."""
        self.say(options)
        await self.next()
        self.say(talk.connect() + talk.helo())

    async def envelope(self, recipient: str = "bob@acme.example") -> str:
        """Give sender and recipient; return the first answer that is no `c`, or the last."""
        first = await self.asked(talk.mail())
        return first if first != "c" else await self.asked(talk.rcpt(recipient))

    async def sends(self, raw: bytes, recipient: str = "bob@acme.example") -> str:
        """Bring one message; return the answer to it."""
        refused = await self.envelope(recipient)
        if refused != "c":
            return refused
        self.say(talk.macros(b"E", i="4711") + talk.message(raw))
        return said((await self.answer())[-1])

    async def is_closed(self) -> bool:
        """Wait for the end of the connection; tell whether nothing but "still at it" was said before it."""
        try:
            while (await self.next()).command == ord("p"):
                continue
        except (EOFError, ConnectionError):
            return True
        return False


def said(one: Frame) -> str:
    """Return an answer in words."""
    return one.data.rstrip(b"\0").decode() if one.command == ord("y") else chr(one.command)


@asynccontextmanager
async def listening(door: Door) -> AsyncIterator[Path]:
    """Serve the door on a unix socket; leave with nothing left behind."""
    with tempfile.TemporaryDirectory(prefix="milter-") as folder:
        place = Path(folder) / "socket"
        server = await asyncio.get_running_loop().create_unix_server(door.protocol, place)
        try:
            yield place
        finally:
            server.close()
            await door.drain(0)
            await server.wait_closed()


@asynccontextmanager
async def calling(place: Path) -> AsyncIterator[Mta]:
    """Connect to the door."""
    reader, writer = await asyncio.open_unix_connection(place)
    try:
        yield Mta(reader, writer)
    finally:
        writer.close()
