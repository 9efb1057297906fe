"""One connection of an MTA: each question gets its one answer, and nothing that goes wrong lets a message pass."""

import asyncio
import itertools
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.finding import Finding, FindingKind
from gateway.wire.milter_frames import FrameReader, Steps, frame
from tests.unit.doors.milter.mta import calling, listening, said
from tests.unit.doors.milter.standins import Waiting, World
from tests.unit.doors.smtp.standins import until
from tests.unit.pipeline.world import FixedExaminer
from tests.unit.wire import milter_talk as talk

RAW = b"Subject: hi\r\nX-Folded:  a\r\n\tb\r\n\r\nhello\r\n"


async def test_message_is_accepted_as_it_came() -> None:
    """Nothing is changed, no trace field is added, and the bytes that were judged are those of the message."""
    world = World()
    async with listening(world.door()) as place, calling(place) as mta:
        await mta.open()
        await mta.envelope()
        mta.say(talk.macros(b"E", i="4711") + talk.message(RAW))
        answer = [said(one) for one in await mta.answer()]
    record = world.records.kept[0]

    assert answer == ["a"]
    assert (record.reply.code, record.next_hop, record.facts.size) == (250, "milter", len(RAW))
    assert record.facts.envelope.queue_id == "4711"
    assert (record.facts.envelope.peer.ip, record.facts.envelope.peer.helo) == ("192.0.2.7", "client.example")


async def test_two_hundred_messages_share_a_connection() -> None:
    """Nothing of one is left for the next."""
    world = World()
    door = world.door()
    async with listening(door) as place, calling(place) as mta:
        await mta.open()
        answers = {await mta.sends(RAW) for _ in range(200)}
        held = door.admission.counters.bytes_in_flight

    assert (answers, len(world.records.kept), held) == ({"a"}, 200, 0)
    assert all(spool.is_closed for spool in world.spools)


@pytest.mark.parametrize("steps", [0, int(Steps.SKIP), int(Steps.MUTE_HEADER), talk.ALL_STEPS])
async def test_each_question_gets_one_answer(steps: int) -> None:
    """Also by the oldest rules, where every command is one."""
    pieces = [talk.connect(), talk.helo(), talk.mail(), talk.rcpt(), frame(b"T"), talk.field(b"Subject", b"hi")]
    pieces += [talk.END_OF_HEADER, talk.body(b"hello\r\n"), talk.END]
    mutes = dict(
        zip(range(9), ("CONNECT", "HELO", "", "", "DATA", "HEADER", "END_OF_HEADERS", "BODY", ""), strict=True)
    )
    async with listening(World().door()) as place, calling(place) as mta:
        mta.say(talk.options(steps=steps))
        await mta.next()
        for number, piece in enumerate(pieces):
            mute = Steps["MUTE_" + mutes[number]] if mutes[number] else Steps(0)
            if mute & steps:
                mta.say(piece)
            else:
                answer = await mta.asked(piece)

                assert answer == ("a" if piece is talk.END else "c")


REFUSED = {
    "stranger": ("bob@nowhere.example", "550 5.7.1 relay_denied: "),
    "small tenant": ("bob@small.example", "552 5.2.3 too_big: "),
}


@pytest.mark.parametrize(("recipient", "expected"), REFUSED.values(), ids=REFUSED.keys())
async def test_recipient_is_refused_in_our_words(recipient: str, expected: str) -> None:
    """As at the SMTP door."""
    async with listening(World().door()) as place, calling(place) as mta:
        await mta.open()
        await mta.asked(talk.mail("ann@client.example", "SIZE=101"))
        answer = await mta.asked(talk.rcpt(recipient))

    assert answer.startswith(expected)


async def test_recipient_of_another_group_waits_for_another_transaction() -> None:
    """The others go on."""
    async with listening(World().door()) as place, calling(place) as mta:
        await mta.open()
        await mta.envelope()
        other = await mta.asked(talk.rcpt("ann@other.example"))
        same = await mta.asked(talk.rcpt("ann@beta.example"))

    assert other.startswith("452 4.5.3 other_policy: ")
    assert same == "c"


async def test_too_large_a_message_is_refused_at_mail_and_at_its_end() -> None:
    """With the reply of the SMTP door; where the MTA can stop, it is told to."""
    steps = int(Steps.SKIP)
    async with listening(World().door(size=100)) as place, calling(place) as mta:
        await mta.open()
        announced = await mta.asked(talk.mail("ann@client.example", "SIZE=101"))
        await mta.envelope()
        mta.say(talk.message(RAW + b"x" * 100))
        found = said((await mta.answer())[-1])
    async with listening(World().door(size=100)) as place, calling(place) as mta:
        mta.say(talk.options(steps=steps))
        await mta.next()
        answers = [await mta.asked(one) for one in (talk.connect(), talk.mail(), talk.rcpt(), talk.END_OF_HEADER)]
        answers += [await mta.asked(talk.body(b"x" * 200))]

    assert announced.startswith("552 5.3.4 too_big: ")
    assert found.startswith("552 5.3.4 too_big: ")
    assert answers == ["c", "c", "c", "c", "s"]


async def test_bare_line_end_is_refused_after_the_message() -> None:
    """Nothing is normalised that the MTA would keep as it is."""
    async with listening(World().door()) as place, calling(place) as mta:
        await mta.open()
        answer = await mta.sends(b"Subject: hi\r\n\r\na\nb\r\n")
        after = await mta.sends(RAW)

    assert answer.startswith("554 5.6.0 bare_line_end: ")
    assert after == "a"


async def test_refusal_says_what_the_policy_says() -> None:
    """The reply of the SMTP door, with its id; the conversation goes on."""
    world = World(FixedExaminer(artifacts=(), findings=(Finding(FindingKind.NUL_IN_HEADER, "1"),)))
    async with listening(world.door()) as place, calling(place) as mta:
        await mta.open()
        answers = [await mta.sends(RAW), await mta.sends(RAW)]

    assert [answer[:21] for answer in answers] == ["554 5.6.0 malformed: "] * 2
    assert f"id={world.records.kept[0].facts.id}" in answers[0]


async def test_unforeseen_is_put_off() -> None:
    """A fault of ours is 451, and the next message is served."""
    world = World(FixedExaminer(error=RuntimeError("boom")))
    async with listening(world.door()) as place, calling(place) as mta:
        await mta.open()
        answers = [await mta.sends(RAW), await mta.sends(RAW)]

    assert [answer[:20] for answer in answers] == ["451 4.3.0 internal: "] * 2


async def test_stranger_may_be_left_to_the_mta() -> None:
    """Where the settings say so; a message for strangers only is nobody's here."""
    world = World()
    async with listening(world.door(passes_strangers=True)) as place, calling(place) as mta:
        await mta.open()
        answer = await mta.sends(RAW, "bob@nowhere.example")
        records = len(world.records.kept)
        await mta.envelope("bob@nowhere.example")
        await mta.asked(talk.rcpt())
        mta.say(talk.message(RAW))
        both = said((await mta.answer())[-1])

    assert (answer, records, both) == ("a", 0, "a")
    assert world.records.kept[0].tenants == ("acme",)


@pytest.mark.parametrize("farewell", [b"", talk.QUIT, talk.ABORT], ids=["gone", "quit", "abort"])
async def test_abandoned_message_leaves_nothing_behind(farewell: bytes) -> None:
    """In the middle of the body: spool and budget are given back, and no verdict is recorded."""
    world = World()
    door = world.door()
    async with listening(door) as place:
        async with calling(place) as mta:
            await mta.open()
            await mta.envelope()
            mta.say(talk.END_OF_HEADER + talk.body(b"hello\r\n") + farewell)
            await until(lambda: bool(world.spools))
        await until(lambda: not door.admission.guests)

    assert [spool.is_closed for spool in world.spools] == [True]
    assert (door.admission.counters.bytes_in_flight, world.records.kept) == (0, [])


BROKEN = {
    "noise": b"GET / HTTP/1.0\r\n\r\n",
    "empty frame": bytes(4),
    "oversized": (0x7FFFFFFF).to_bytes(4) + b"B",
    "out of turn": talk.options() + talk.END,
    "unknown": talk.options() + frame(b"\xff"),
}


@pytest.mark.parametrize("stream", BROKEN.values(), ids=BROKEN.keys())
async def test_broken_protocol_ends_the_connection_only(stream: bytes) -> None:
    """The next connection is served."""
    door = World().door()
    async with listening(door) as place:
        async with calling(place) as broken:
            broken.say(stream)
            if stream.startswith(talk.options()):
                await broken.next()
            closed = await broken.is_closed()
        async with calling(place) as mta:
            await mta.open()
            answer = await mta.sends(RAW)

    assert (closed, answer) == (True, "a")


async def test_mta_that_floods_while_it_should_wait_is_cut_off() -> None:
    """What comes ahead of the verdict is bounded."""
    world = World(Waiting())
    async with listening(world.door()) as place, calling(place) as mta:
        await mta.open()
        await mta.envelope()
        mta.say(talk.message(RAW) + talk.ABORT * 600_000)

        assert await mta.is_closed()


class Kept(asyncio.Transport):
    """Keeps what is written: a socket would drop the last words of a connection that ends with input unread."""

    def __init__(self) -> None:
        super().__init__({"socket": socket.socket(socket.AF_UNIX)})
        self.written = b""
        self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def abort(self) -> None:
        self.close()

    def close(self) -> None:
        self.is_closed = True
        self.get_extra_info("socket").close()


async def answers_to(stream: bytes, sizes: list[int]) -> tuple[str, bool]:
    """Feed the stream in pieces of these sizes; return the letters of the answers, and whether the end came."""
    wire, connection, at = Kept(), World().door().protocol(), 0
    connection.connection_made(wire)
    for size in itertools.cycle(sizes):
        if wire.is_closed or at >= len(stream):
            break
        connection.data_received(stream[at : at + size])
        at += size
    await until(lambda: connection._judging is None)
    connection.connection_lost(None)
    ended = wire.is_closed
    wire.close()
    return "".join(chr(one.command) for one in FrameReader().feed(wire.written)), ended


PIECES = [talk.connect(), talk.mail(), talk.rcpt(), talk.message(RAW), talk.ABORT, talk.mail() + talk.rcpt()]


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.lists(st.integers(1, 90), min_size=1, max_size=9))
def test_cuts_of_the_network_change_no_answer(pieces: list[bytes], sizes: list[int]) -> None:
    """Whole, byte by byte and in pieces, the same answers come, and the same end."""
    stream = talk.options() + talk.connect() + b"".join(pieces)

    whole = asyncio.run(answers_to(stream, [len(stream)]))

    assert whole == asyncio.run(answers_to(stream, [1]))
    assert whole == asyncio.run(answers_to(stream, sizes))
