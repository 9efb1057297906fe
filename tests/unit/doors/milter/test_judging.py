"""The verdict is said once, in time, and leaves a record whatever happens."""

import pytest

from gateway.doors.milter.judging import _verdict
from gateway.model.reply import MALWARE, Reply
from gateway.wire.milter_frames import ACCEPT, DISCARD, reply_code
from tests.unit.doors.milter.mta import calling, listening, said
from tests.unit.doors.milter.standins import Waiting, World
from tests.unit.doors.smtp.standins import until
from tests.unit.wire import milter_talk as talk

RAW = b"Subject: hi\r\n\r\nhello\r\n"
HELD = Reply(250, "6.0", ("held",))


@pytest.mark.parametrize(
    ("reply", "has_taken", "expected"),
    [
        (HELD, True, ACCEPT),
        (HELD, False, DISCARD),
        (MALWARE.reply(), False, reply_code(MALWARE.reply())),
        (MALWARE.reply(), True, reply_code(MALWARE.reply())),
    ],
    ids=["delivered", "in quarantine", "refused", "refused late"],
)
def test_verdict_never_lets_pass_what_was_not_delivered(reply: Reply, has_taken: bool, expected: bytes) -> None:  # noqa: FBT001
    """A message that the quarantine holds is gone for the MTA; nothing but a delivery is accepted."""
    assert expected == _verdict(reply, DISCARD, has_taken=has_taken)


async def test_signs_of_life_come_while_a_message_is_judged() -> None:
    """As often as they are wanted, and before the verdict."""
    world = World(Waiting())
    async with listening(world.door(progress_seconds=0.01)) as place, calling(place) as mta:
        await mta.open()
        await mta.envelope()
        mta.say(talk.message(RAW))
        signs = [said(await mta.next()) for _ in range(3)]
        world.examiner.gate.set()  # type: ignore[attr-defined]
        last = said((await mta.answer())[-1])

    assert (signs, last) == (["p"] * 3, "a")


async def test_step_that_ignores_the_deadline_is_not_waited_for() -> None:
    """The MTA hears 451, and its next message is served."""
    world = World(Waiting())
    async with listening(world.door(deadline_seconds=0.01, last_word_seconds=0.01)) as place, calling(place) as mta:
        await mta.open()
        late = await mta.sends(RAW)
        world.examiner.gate.set()  # type: ignore[attr-defined]
        record = world.records.kept[0]

    assert late.startswith("451 4.3.0 deadline: ")
    assert (record.reply.code, record.error) == (451, "a step ignored the deadline")


async def test_mta_that_goes_while_it_should_wait_abandons_its_message() -> None:
    """There is a record, and nothing runs on."""
    world = World(Waiting())
    door = world.door()
    async with listening(door) as place:
        async with calling(place) as mta:
            await mta.open()
            await mta.envelope()
            mta.say(talk.message(RAW))
            await world.examiner.asked.wait()  # type: ignore[attr-defined]
        await until(lambda: not door.admission.works and door.admission.counters.bytes_in_flight == 0)

    assert [(one.reply.code, one.error) for one in world.records.kept] == [(451, "the MTA has gone")]
    assert [spool.is_closed for spool in world.spools] == [True]


@pytest.mark.parametrize(
    ("actions", "has_held", "expected"),
    [(talk.ALL_ACTIONS, True, "qa"), (talk.ALL_ACTIONS, False, "d"), (0x1F, True, "d")],
    ids=["held", "discarded", "no quarantine there"],
)
async def test_message_in_our_quarantine_is_gone_or_held(
    actions: int,
    has_held: bool,  # noqa: FBT001
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As the settings say, and the MTA can; it never goes on to its recipients."""

    async def kept(*_: object) -> Reply:
        return HELD

    monkeypatch.setattr("gateway.doors.milter.judging.process", kept)
    async with listening(World().door(has_held=has_held)) as place, calling(place) as mta:
        await mta.open(talk.options(actions=actions))
        await mta.envelope()
        mta.say(talk.message(RAW))
        frames = await mta.answer()

    assert expected == "".join(chr(one.command) for one in frames)
