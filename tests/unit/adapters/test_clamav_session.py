"""An answer belongs to its question; anything else ends the session."""

import asyncio
import socket
import time

import pytest

from gateway.adapters.clamav_session import Session
from gateway.adapters.clamav_wire import read_verdict
from gateway.model.scan import Outcome


@pytest.mark.parametrize("lie", [b"1: fd[9]: OK\0", b"fd[9]: OK\0", b"3: fd[9]: OK\0", b"2: fd[9]: OK\0 "], ids=repr)
async def test_answer_to_another_question_is_unknown(lie: bytes) -> None:
    """The number tells which file a verdict is about; a session that is out of step is not used again."""
    ours, theirs = socket.socketpair()
    with theirs:
        ours.setblocking(False)
        session = Session(ours, 1)
        theirs.sendall(b"1: fd[9]: OK\0")
        first = await session.ask(0, time.monotonic() + 5)
        theirs.sendall(lie)
        second = await session.ask(0, time.monotonic() + 5)
        session.close()

    assert read_verdict(first).outcome is Outcome.CLEAN
    assert read_verdict(second).outcome is Outcome.UNKNOWN


async def test_word_that_nobody_asked_for_ends_a_session() -> None:
    """What comes between two questions must not be taken for an answer."""
    ours, theirs = socket.socketpair()
    with theirs:
        ours.setblocking(False)
        session = Session(ours, 1)
        theirs.sendall(b"1: fd[9]: OK\0")
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # the second turn of the loop has polled the socket

    assert not session.is_open


async def test_session_that_hung_up_says_so() -> None:
    """Whoever asked can ask over another one."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    session = Session(ours, 1)
    theirs.close()

    with pytest.raises(ConnectionError):
        await session.ask(0, time.monotonic() + 5)

    assert not session.is_open


async def test_silence_ends_a_session() -> None:
    """An answer that comes late must not be there for the next question."""
    ours, theirs = socket.socketpair()
    with theirs:
        ours.setblocking(False)
        session = Session(ours, 0.05)
        with pytest.raises(TimeoutError):
            await session.ask(0, time.monotonic() + 5)

    assert not session.is_open
