"""Edits as actions of the MTA: what it holds afterwards is what was planned, byte for byte."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.doors.milter.outlet import KEPT, ActionsOutlet
from gateway.doors.milter.transaction import Transaction
from gateway.doors.reception import Reception
from gateway.mime.splice import pieces
from gateway.model.envelope import Peer, Sender
from gateway.model.errors import Deferred
from gateway.model.limits import Deadline
from gateway.model.plan import Edit, Plan
from gateway.model.span import Span
from gateway.ports.delivery import Delivery, Outgoing
from gateway.wire.chunks import ChunkDecoder
from gateway.wire.milter_frames import MAX_DATA, Frame, FrameReader
from gateway.wire.milter_session import MilterSession
from tests.unit.doors.milter.mta import Held
from tests.unit.doors.milter.standins import World
from tests.unit.doors.smtp.standins import policies
from tests.unit.pipeline import world
from tests.unit.pipeline.world import Bytes
from tests.unit.wire import milter_talk as talk

RAW = b"From: a@b.example\r\nSubject: hi\r\nContent-Type: text/plain\r\n\r\nhello\r\nworld\r\n"
HEAD = RAW.index(b"\r\n\r\n") + 2
DEADLINE = Deadline(time.monotonic() + 600)


class Sent:
    """Keeps what goes to the MTA."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []

    async def send(self, frame: bytes, deadline: Deadline) -> None:
        self.frames += FrameReader().feed(frame)


def received(raw: bytes) -> Transaction:
    """Return the transaction of a message that came in."""
    admission = World().door().admission
    now = Transaction("ID1", Peer("", 0), Sender(None), policies())
    now.reception = Reception(Bytes(), ChunkDecoder(10**9), admission)
    header, _, body = raw.partition(b"\r\n\r\n")
    for one in talk.fields(header):
        name, _, value = one.partition(b":")
        now.reception.feed(now.keep_field(name, value, has_space=True))
    now.reception.feed(b"\r\n" + body)
    now.reception.end()
    return now


def wire(actions: int = talk.ALL_ACTIONS) -> MilterSession:
    """Return a session that was negotiated."""
    session = MilterSession()
    for one in FrameReader().feed(talk.options(actions=actions)):
        session.take(one)
    return session


async def delivered(
    raw: bytes, *edits: Edit, actions: int = talk.ALL_ACTIONS, instead: bytes | None = None
) -> tuple[list[Frame], Delivery]:
    """Deliver a message with edits; `instead` is what leaves in its place."""
    now, sent, job = received(raw), Sent(), world.job()
    assert now.reception
    spool = now.reception.spool if instead is None else Bytes(instead)
    outlet = ActionsOutlet(wire(actions), now, sent)
    delivery = await outlet.deliver(Outgoing(job.envelope, spool, Plan(edits), eight_bit=False), DEADLINE)
    assert outlet.has_taken
    return sent.frames, delivery


def planned(raw: bytes, *edits: Edit) -> bytes:
    """Return the message as the plan has it."""
    found = pieces(len(raw), Plan(edits))
    return b"".join(one if isinstance(one, bytes) else raw[one.start : one.end] for one in found)


async def test_message_without_edits_is_left_alone() -> None:
    """Also with an edit that does nothing: where an MTA keeps the message, there is no trace field of ours."""
    frames, delivery = await delivered(RAW, Edit(Span(0, 0), b""))

    assert frames == []
    assert delivery == Delivery(KEPT, "milter", None)


EDITS = {
    "field on top": (Edit(Span(0, 0), b"X-Postern-Tag: a;\r\n\tb\r\n"),),
    "field at the end": (Edit(Span(HEAD, HEAD), b"X-A: b\r\n"),),
    "subject": (Edit(Span(RAW.index(b" hi"), RAW.index(b" hi")), b" [x]"),),
    "field away": (Edit(Span(RAW.index(b"Subject"), RAW.index(b"Content")), b""),),
    "body": (Edit(Span(HEAD + 2, HEAD + 2), b"banner\r\n"),),
    "body away": (Edit(Span(HEAD + 2, len(RAW)), b""),),
    "header and body": (
        Edit(Span(0, 0), b"X-A: b\r\n"),
        Edit(Span(RAW.index(b"Content"), HEAD), b"Content-Type: multipart/mixed\r\nMIME-Version: 1.0\r\n"),
        Edit(Span(HEAD + 2, len(RAW)), b"notice\r\n"),
    ),
    "across the border": (Edit(Span(RAW.index(b"Content"), HEAD + 4), b"X-A: b\r\n\r\nhe"),),
}


@pytest.mark.parametrize("edits", EDITS.values(), ids=EDITS.keys())
async def test_mta_ends_up_with_what_was_planned(edits: tuple[Edit, ...]) -> None:
    """In the header, in the body, and across the border between them."""
    frames, _ = await delivered(RAW, *edits)

    assert planned(RAW, *edits) == Held.of(RAW).apply(frames)


async def test_header_edits_do_not_touch_the_body() -> None:
    """Not one byte of it goes over the wire again."""
    frames, _ = await delivered(RAW, *EDITS["subject"], Edit(Span(HEAD, HEAD), b"X-A: b\r\n"))

    assert {chr(one.command) for one in frames} == {"m", "h"}


async def test_message_written_anew_replaces_everything() -> None:
    """Header and body of another spool."""
    instead = b"Subject: hi\r\nX-New: 1\r\n\r\nnew\r\n"
    frames, _ = await delivered(RAW, Edit(Span(0, 0), b"X-Top: 1\r\n"), instead=instead)

    assert Held.of(RAW).apply(frames) == b"X-Top: 1\r\n" + instead


async def test_large_body_goes_in_chunks_that_every_mta_takes() -> None:
    """At most 65,535 octets of data in a frame."""
    raw = RAW + b"x" * 200_000 + b"\r\n"
    frames, _ = await delivered(raw, Edit(Span(HEAD + 2, HEAD + 2), b"banner\r\n"))

    assert max(len(one.data) for one in frames) <= MAX_DATA
    assert planned(raw, Edit(Span(HEAD + 2, HEAD + 2), b"banner\r\n")) == Held.of(raw).apply(frames)


@pytest.mark.parametrize(
    ("actions", "edits"),
    [(0x3E, "field on top"), (0x2F, "subject"), (0x2F, "field away"), (0x3D, "body")],
    ids=["no adding", "no changing", "no removing", "no body"],
)
async def test_what_the_mta_did_not_offer_is_put_off(actions: int, edits: str) -> None:
    """Nothing is sent, nothing passes without its edits."""
    with pytest.raises(Deferred, match="the MTA offers no"):
        await delivered(RAW, *EDITS[edits], actions=actions)


@pytest.mark.parametrize("data", [b"no field\r\n", b"X-A: \0\r\n"])
async def test_what_cannot_be_said_is_put_off(data: bytes) -> None:
    """With the reason in the log."""
    with pytest.raises(Deferred, match="no field"):
        await delivered(RAW, Edit(Span(0, 0), data))


async def test_new_message_without_an_end_of_its_header_is_put_off() -> None:
    """A fault of ours, and nobody's guess."""
    with pytest.raises(Deferred, match="no end of its header"):
        await delivered(RAW, instead=b"X-A: b\r\n")


fields = st.sampled_from((b"X-A: b\r\n", b"X-A: c\r\n\td\r\n", b"Subject: x\r\n", b""))


@given(st.lists(fields, max_size=4), fields, st.booleans())
async def test_any_plan_on_whole_fields_is_said_exactly(put: list[bytes], last: bytes, has_body: bool) -> None:  # noqa: FBT001
    """Fields are put before, in place of and behind those that are there."""
    places = [0, RAW.index(b"Subject"), RAW.index(b"Content"), HEAD]
    edits = [Edit(Span(at, at), data) for at, data in zip(places, put, strict=False)]
    if len(put) < 4:
        edits.append(Edit(Span(places[2], HEAD), last))
    if has_body:
        edits.append(Edit(Span(HEAD + 2, HEAD + 7), b"bye"))
    frames, _ = await delivered(RAW, *edits)

    assert planned(RAW, *edits) == Held.of(RAW).apply(frames)
