"""The golden messages through both doors: the same bytes, the same verdict, in the same words."""

import asyncio
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import RECIPIENT, send
from tests.services.gateway import Gateway
from tests.services.ports import HOST
from tests.unit.doors.milter.mta import calling
from tests.unit.wire import milter_talk as talk

CASES = sorted(Path(__file__).parents[1].joinpath("corpus").glob("*/message.eml"))
HEADER_LINE = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)

NOT_AS_SENT = {
    "honest_junk_line_in_text",
    "hostile_eight_bit_structure",
    "hostile_field_name_nul",
    "hostile_junk_header_line",
    "hostile_space_before_colon",
}
"""An MTA gives their header in another form than it came, and so no milter sees it: docs/milter.md."""


def as_mta(raw: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Take a message apart as Postfix does: a line that is no field ends the header, a NUL a value."""
    fields: list[tuple[bytes, bytes]] = []
    rest = raw
    while rest:
        line, _, after = rest.partition(b"\r\n")
        if not line:
            return _cut(fields), after
        if line[:1] in b" \t" and fields:
            name, value = fields[-1]
            fields[-1] = name, value + b"\r\n" + line
        elif found := HEADER_LINE.fullmatch(line):
            fields.append((found[1], found[2]))
        else:
            break
        rest = after
    return _cut(fields), rest


def _cut(fields: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name, value.partition(b"\0")[0]) for name, value in fields]


def rebuilt(fields: list[tuple[bytes, bytes]], body: bytes) -> bytes:
    """Return what the door makes of it."""
    return b"".join(b"%b:%b\r\n" % one for one in fields) + b"\r\n" + body


@pytest.fixture(scope="module")
def both(inbox: Capture, clamd: Clamd) -> Iterator[tuple[Gateway, Path]]:
    """Run a gateway with both doors."""
    folder = Path(tempfile.mkdtemp(prefix="milter-"))
    place = folder / "socket"
    with Gateway.running(f"smtp://{HOST}:{inbox.port}", clamd.unix, milter=[f"unix:{place}"]) as running:
        yield running, place
    shutil.rmtree(folder)


async def ask(place: Path, fields: list[tuple[bytes, bytes]], body: bytes) -> str:
    """Bring a message through the milter door; return the verdict in words."""
    async with calling(place) as mta:
        await mta.open()
        await mta.envelope(RECIPIENT)
        said = b"".join(talk.field(name, value.replace(b"\r\n", b"\n")) for name, value in fields)
        mta.say(said + talk.END_OF_HEADER + talk.body(body) + talk.END)
        last = (await mta.answer())[-1]
    return last.data.rstrip(b"\0").decode() if last.command == ord("y") else chr(last.command)


def words(reply: str) -> str:
    """Return a reply without what differs from message to message and from door to door."""
    if reply == "a" or reply.startswith("250"):
        return "accepted"
    joined = re.sub(r"\r\n\d{3}[ -]", " ", reply.replace("%%", "%"))
    return re.sub(r"^(\d{3})[ -]", r"\1 ", re.sub(r"id=\w+", "id", joined))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.parent.name)
def test_both_doors_say_the_same(case: Path, both: tuple[Gateway, Path]) -> None:
    """Whatever the message is like; and what the MTA passes on as it came is judged as it came."""
    gateway, place = both
    raw = case.read_bytes()
    raw = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    fields, body = as_mta(raw)
    seen = rebuilt(fields, body)

    assert words(asyncio.run(ask(place, fields, body))) == words(str(send(gateway.port, seen)))
    assert (seen == raw) == (case.parent.name not in NOT_AS_SENT)
