"""The order of things, negotiation, and who gets an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.milter_events import BadMilter, Event
from gateway.wire.milter_frames import Actions, FrameReader, Steps, frame
from gateway.wire.milter_session import MilterSession
from tests.unit.wire import milter_talk as talk

OPENING = talk.options() + talk.connect() + talk.helo()
ENVELOPE = talk.mail() + talk.rcpt()
MESSAGE = talk.message(b"Subject: hi\r\n\r\nhello\r\n")


def told(session: MilterSession, stream: bytes) -> list[Event]:
    """Return the events of a stream."""
    return [session.take(one) for one in FrameReader().feed(stream)]


def names(found: list[Event]) -> list[str]:
    """Return what the events are called."""
    return [type(one).__name__ for one in found]


def test_message_is_told_from_its_envelope_to_its_end() -> None:
    """The events of an ordinary conversation."""
    found = told(MilterSession(), OPENING + ENVELOPE + frame(b"T") + MESSAGE + talk.QUIT)

    assert names(found) == [
        *("Negotiated", "Connected", "Greeted", "SenderGiven", "RecipientGiven", "DataBegan", "FieldGiven"),
        *("HeaderEnded", "BodyGiven", "MessageEnded", "Closed"),
    ]


def test_several_messages_and_clients_share_a_connection() -> None:
    """After the end, after an abort, after QUIT_NC."""
    stream = OPENING + ENVELOPE + MESSAGE + talk.ABORT + talk.mail() + talk.ABORT + ENVELOPE + MESSAGE
    found = told(MilterSession(), stream + talk.NEXT_CLIENT + talk.connect() + ENVELOPE + MESSAGE)

    assert names(found).count("MessageEnded") == 3


BAD = {
    "not negotiated": talk.connect(),
    "negotiated twice": talk.options() * 2,
    "too old": talk.options(version=1),
    "cut negotiation": frame(b"O", b"\0\0\0\6"),
    "unknown command": OPENING + frame(b"?"),
    "recipient first": OPENING + talk.rcpt(),
    "two senders": OPENING + talk.mail() * 2,
    "data without recipients": OPENING + talk.mail() + frame(b"T"),
    "field without recipients": OPENING + talk.mail() + talk.field(b"a", b"b"),
    "body before the header's end": OPENING + ENVELOPE + talk.body(b"hi"),
    "field behind the header": OPENING + ENVELOPE + talk.END_OF_HEADER + talk.field(b"a", b"b"),
    "end before the header's end": OPENING + ENVELOPE + talk.END,
    "end twice": OPENING + ENVELOPE + MESSAGE + talk.END,
    "recipient in the body": OPENING + ENVELOPE + talk.END_OF_HEADER + talk.rcpt(),
    "macros first": talk.macros(b"C", j="mx"),
    "macros without a command": OPENING + frame(b"D"),
    "odd macros": OPENING + frame(b"D", b"Ma\0"),
    "endless macros": OPENING + talk.macros(b"M", i="x" * 70_000),
}


@pytest.mark.parametrize("stream", BAD.values(), ids=BAD.keys())
def test_what_is_out_of_turn_ends_the_conversation(stream: bytes) -> None:
    """Nobody guesses which message it is about."""
    session = MilterSession()
    *before, last = FrameReader().feed(stream)
    for one in before:
        session.take(one)

    with pytest.raises(BadMilter):
        session.take(last)


PIECES = [
    talk.options(),
    talk.macros(b"M", i="4711"),
    talk.connect(),
    talk.helo(),
    talk.mail(),
    talk.rcpt(),
    frame(b"T"),
    talk.field(b"Subject", b" hi"),
    talk.END_OF_HEADER,
    talk.body(b"hello\r\n"),
    talk.END,
    talk.ABORT,
    talk.NEXT_CLIENT,
    frame(b"U", b"XYZ\0"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_no_order_of_commands_breaks_the_machine(pieces: list[bytes]) -> None:
    """Either events or `BadMilter`; a message ends only after its envelope and its header."""
    session, seen = MilterSession(), list[str]()
    for one in FrameReader().feed(talk.options() + b"".join(pieces)):
        try:
            event = session.take(one)
        except BadMilter:
            return
        seen.append(type(event).__name__)
        if seen[-1] == "MessageEnded":
            recent = seen[len(seen) - seen[::-1].index("SenderGiven") - 1 :]

            assert "RecipientGiven" in recent
            assert "HeaderEnded" in recent


@given(st.integers(2, 0xFFFFFFFF), st.integers(0, 0xFFFFFFFF), st.integers(0, 0xFFFFFFFF))
def test_only_what_was_offered_is_used(version: int, actions: int, steps: int) -> None:
    """Whatever an MTA offers; the version is never above its own, nor above ours."""
    session = MilterSession()
    told(session, talk.options(version, actions, steps))
    answer = session.options()

    assert session.version == min(version, 6)
    assert int.from_bytes(answer[9:13]) & ~actions == 0
    assert int.from_bytes(answer[13:17]) & ~steps == 0


def test_all_that_is_wanted_is_taken_where_it_is_offered() -> None:
    """Postfix and Sendmail of today offer everything."""
    session = MilterSession()
    told(session, OPENING)

    assert session.keeps_space
    assert session.may_skip
    assert session.actions == (Actions.ADD_HEADERS | Actions.CHANGE_HEADERS | Actions.CHANGE_BODY | Actions.QUARANTINE)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (talk.ALL_STEPS, {"SenderGiven", "RecipientGiven", "MessageEnded"}),
        (
            int(Steps.MUTE_HEADER),
            {
                *("Connected", "Greeted", "SenderGiven", "RecipientGiven", "DataBegan", "HeaderEnded", "BodyGiven"),
                "MessageEnded",
            },
        ),
    ],
    ids=["all", "headers"],
)
def test_answers_are_for_those_who_wait(steps: int, expected: set[str]) -> None:
    """Silence where it was agreed upon, one answer everywhere else."""
    session = MilterSession()
    found = told(session, talk.options(steps=steps) + talk.connect() + talk.helo() + ENVELOPE + frame(b"T") + MESSAGE)

    assert expected == {type(one).__name__ for one in found if session.wants_answer(one)}


def test_macros_hold_for_their_client_and_their_message() -> None:
    """The newest counts, and those of another message never do."""
    session = MilterSession()
    told(session, talk.options() + talk.macros(b"C", j="mx", i="no") + talk.connect() + talk.helo())
    told(session, talk.macros(b"M", i="1") + ENVELOPE + talk.macros(b"E", i="2") + MESSAGE)
    during = session.macro(b"i")
    told(session, talk.mail())
    after = session.macro(b"i")
    told(session, talk.NEXT_CLIENT)

    assert (during, after, session.macro(b"j")) == ("2", "no", "")
