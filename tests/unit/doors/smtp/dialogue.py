"""Conversations as scripts: what a client sends, what it must see, what the next hop was asked.

lmtp                                                    the door speaks LMTP
store down                                              the quarantine takes nothing
hop KEY CODE [X.Y.Z] TEXT | hop KEY down|silent|break   the next hop's answers (before the conversation)
hop features NAME=VALUE ...
door NAME=VALUE ...                                     settings of the door; yes, or networks, too
C: TEXT        sent with CR LF; lines in a row go in one write, as a pipelining client sends them
C| TEXT        sent as it is, with Python's escapes
S: PATTERN     one line of the server, `*` for anything
EOF            the client shuts its sending side down
CLOSED         the server has closed, and said nothing more
H: TEXT        the next question to the next hop, in order; none may be left at the end
M| TEXT        what the next message ends with that the next hop got
K: ADDRESS REASON   the next message in the quarantine, in order; none may be left at the end
"""

import asyncio
import fnmatch
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from ipaddress import ip_network

import structlog

from gateway.doors.smtp.settings import Networks
from gateway.model.errors import Deferred
from gateway.model.reply import STORE_DOWN, Reply
from tests.unit.doors.smtp.standins import DOWN, SILENT, World, listening

FAULTS: dict[str, Exception] = {"down": DOWN, "silent": SILENT, "break": RuntimeError("a bug of ours")}
Settings = dict[str, float | str | Networks]

_ANSWER = re.compile(r"(open|mail|rcpt \S+|message(?: \S+@\S+)?) (?:(down|silent|break)|(\d{3})(?: \d\.(\S+))? (.*))")

PATIENCE = 5.0
"""Seconds after which a missing line is a failure."""


@dataclass
class Client:
    """The client's side of a script."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def see(self, pattern: str) -> None:
        """Read one line, which must be as the script says."""
        async with asyncio.timeout(PATIENCE):
            line = await self.reader.readline()
        assert line.endswith(b"\r\n"), f"expected {pattern!r}, connection closed"
        text = line[:-2].decode()
        assert fnmatch.fnmatchcase(text, pattern.replace("[", "[[]")), f"expected {pattern!r}, saw {text!r}"

    async def see_end(self) -> None:
        """The server has closed."""
        async with asyncio.timeout(PATIENCE):
            rest = await self.reader.read()
        assert rest == b""


@asynccontextmanager
async def client_of(port: int) -> AsyncIterator[Client]:
    """Connect to a port of the loopback."""
    client = Client(*await asyncio.open_connection("127.0.0.1", port))
    try:
        yield client
    finally:
        client.writer.close()
        with suppress(ConnectionError):
            await client.writer.wait_closed()


async def play(lines: list[str]) -> None:
    """Play one script against a door of its own."""
    world = World()
    set_up = [line for line in lines if line.startswith(("hop ", "door ", "lmtp", "store "))]
    settings: Settings = {}
    for line in set_up:
        _set(world, settings, line)
    door = world.door(**settings)
    with structlog.testing.capture_logs():
        async with listening(door, lmtp="lmtp" in set_up) as port, client_of(port) as client:
            await _converse(client, world, [line for line in lines if line not in set_up])
    _check_nothing_left(world, door.admission.counters.bytes_in_flight)


async def _converse(client: Client, world: World, lines: list[str]) -> None:
    asked, message, kept = 0, 0, 0
    for at, line in enumerate(lines):
        match line[:2], line[3:]:
            case "C:", text:
                client.writer.write(text.encode() + b"\r\n")
            case "C|", text:
                client.writer.write(_unescape(text))
            case "S:", text:
                await client.see(text)
            case "EO", _:
                client.writer.write_eof()
            case "CL", _:
                await client.see_end()
            case "H:", text:
                assert [text] == world.hop.asked[asked : asked + 1], f"line {at}: {world.hop.asked[asked:]}"
                asked += 1
            case "M|", text:
                assert world.hop.messages[message].endswith(_unescape(text)), world.hop.messages[message]
                message += 1
            case "K:", text:
                case, _ = world.cabinet.kept[kept]
                assert f"{' '.join(one.address for one in case.envelope.recipients)} {case.reason}" == text
                kept += 1
            case _:
                assert not line.strip() or line.startswith("#"), f"not a line of a script: {line!r}"
    left = [one for one in world.hop.asked[asked:] if one != "release"]
    assert (left, len(world.hop.messages), len(world.cabinet.kept)) == ([], message, kept)


def _check_nothing_left(world: World, in_flight: int) -> None:
    assert (world.hop.held, in_flight) == (0, 0)
    assert all(spool.is_closed for spool in world.spools)


def _set(world: World, settings: Settings, line: str) -> None:
    kind, _, rest = line.partition(" ")
    if kind == "lmtp":
        return
    if kind == "store":
        world.cabinet.error = Deferred(STORE_DOWN.reply(), "no keeper")
    elif kind == "door":
        settings.update((name, _setting(name, value)) for name, value in re.findall(r"(\w+)=(\S+)", rest))
    elif rest.startswith("features "):
        values = {name: _value(value) for name, value in re.findall(r"(\w+)=(\S+)", rest)}
        world.hop.features = replace(world.hop.features, **values)  # type: ignore[arg-type]
    else:
        found = _ANSWER.fullmatch(rest)
        assert found, line
        world.hop.answers[found[1]] = (
            FAULTS[found[2]] if found[2] else Reply(int(found[3]), found[4] or "", (found[5],))
        )


def _setting(name: str, value: str) -> float | str | Networks:
    if name in ("trusted", "proxies"):
        return (ip_network(value),)
    if name in ("normalises", "dsn", "prdr"):
        return value == "yes"
    return value if name == "postmaster" else float(value) if "." in value else int(value)


def _value(word: str) -> int | bool:
    return int(word) if word.isdigit() else word == "yes"


def _unescape(text: str) -> bytes:
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape").encode("latin-1")
