"""A scripted next hop on a real loopback socket, for the faults that no real mail server shows on demand."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from gateway.model.tenant import Hop, Scheme

DROP = b"<drop>"
"""Close the connection; what stands before it is sent first."""
SILENT = b"<silent>"
"""Say nothing more, keep the connection open."""
DEAF = b"<deaf>"
"""Say what stands before it, then read nothing more."""

Script = Mapping[str, bytes | list[bytes]]

PLAIN: Script = {
    "CONNECT": b"220 standin.example ESMTP\r\n",
    "EHLO": b"250-standin.example\r\n250-PIPELINING\r\n250-SIZE 1000000\r\n250-8BITMIME\r\n250 DSN\r\n",
    "LHLO": b"250-standin.example\r\n250 PIPELINING\r\n",
    "HELO": b"250 standin.example\r\n",
    "MAIL": b"250 2.1.0 Ok\r\n",
    "RCPT": b"250 2.1.5 Ok\r\n",
    "DATA": b"354 go on\r\n",
    "DOT": b"250 2.0.0 queued as 4711\r\n",
    "RSET": b"250 2.0.0 Ok\r\n",
    "QUIT": b"221 2.0.0 bye\r\n",
    "STARTTLS": b"220 2.0.0 go ahead\r\n",
}


@dataclass
class Session:
    """One connection: what was said to it, and the messages that it took."""

    commands: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    over_tls: bool = False
    closed: asyncio.Event = field(default_factory=asyncio.Event)


class _EndError(Exception):
    """The script ends here."""


class StandIn:
    """Listens while the context is open; each connection follows the next script, the last one again and again.

    A script replaces answers of `PLAIN`; a list is used up one by one, its last item again and again. "BODY"
    is what to say on the first bytes of a message, instead of reading on. `bit` is the size of what is written at once.
    """

    def __init__(
        self,
        *scripts: Script,
        scheme: Scheme = Scheme.SMTP,
        tls: ssl.SSLContext | None = None,
        bit: int = 10_000,
    ) -> None:
        self.sessions: list[Session] = []
        self._scripts = scripts or ({},)
        self._scheme = scheme
        self._tls = tls
        self._bit = bit
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def hop(self) -> Hop:
        """Where it listens."""
        return Hop(self._scheme, "localhost" if self._tls else "127.0.0.1", self._port)

    @property
    def commands(self) -> list[str]:
        """What was said on the last connection."""
        return self.sessions[-1].commands

    @property
    def messages(self) -> list[bytes]:
        """All messages that ended with a dot, as they were on the wire."""
        return [message for session in self.sessions for message in session.messages]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        script = {**PLAIN, **self._scripts[min(len(self.sessions), len(self._scripts) - 1)]}
        session = Session()
        self.sessions.append(session)
        try:
            await self._talk(reader, writer, script, session)
        except (_EndError, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()
            session.closed.set()
            self._tasks.discard(task)

    async def _talk(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        script: Script,
        session: Session,
    ) -> None:
        answers = {verb: list(said) if isinstance(said, list) else [said] for verb, said in script.items()}
        await self._say(writer, answers["CONNECT"])
        while line := await reader.readline():
            command = line.decode().removesuffix("\r\n")
            session.commands.append(command)
            verb = command.partition(" ")[0].upper()
            said = await self._say(writer, answers[verb])
            if verb == "DATA" and said.startswith(b"3"):
                await self._take_message(reader, writer, answers, session)
            elif verb == "STARTTLS" and self._tls:
                await writer.start_tls(self._tls)
                session.over_tls = True
            elif verb == "QUIT":
                return

    async def _take_message(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        answers: dict[str, list[bytes]],
        session: Session,
    ) -> None:
        if "BODY" in answers:
            await reader.readline()
            await self._say(writer, answers["BODY"])
        lines = []
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                raise _EndError
            lines.append(line)
        session.messages.append(b"".join(lines))
        await self._say(writer, answers["DOT"])

    async def _say(self, writer: asyncio.StreamWriter, answers: list[bytes]) -> bytes:
        """Say the next answer in small bits, each in its own segment."""
        said = answers.pop(0) if len(answers) > 1 else answers[0]
        text = said.removesuffix(DROP).removesuffix(SILENT).removesuffix(DEAF)
        for start in range(0, len(text), self._bit):
            writer.write(text[start : start + self._bit])
            await writer.drain()
            await asyncio.sleep(0)
        if said.endswith(DROP):
            raise _EndError
        if said.endswith((SILENT, DEAF)):
            await asyncio.Event().wait()
        return text
