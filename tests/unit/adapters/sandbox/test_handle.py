"""The worker's end of one child, against a channel that the test plays."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator

import pytest

from gateway.adapters.sandbox import frames
from gateway.adapters.sandbox.handle import Child, ChildFailed
from gateway.adapters.sandbox.nursery import Birth
from tests.unit.adapters.sandbox.works import open_descriptors, until


class Played:
    """A real process behind the pidfd, and its channel in our hands."""

    def __init__(self) -> None:
        self.before = open_descriptors()
        self.pid = os.fork()
        if self.pid == 0:
            signal.alarm(30)
            signal.pause()
        self.channel, theirs = socket.socketpair()
        self.deaths: list[Child] = []
        self.birth = Birth(self.pid, os.pidfd_open(self.pid), theirs)

    def child(self) -> Child:
        """Return the worker's end, after its first words."""
        return Child(self.birth, self.deaths.append)


@pytest.fixture(name="played")
def _played() -> Iterator[Played]:
    played = Played()
    yield played
    os.waitpid(played.pid, 0)
    played.channel.close()
    assert open_descriptors() == played.before


async def test_answer_belongs_to_its_question(played: Played) -> None:
    """First words, then one answer for each question."""
    child = played.child()
    frames.send(played.channel, b"ready")
    assert await child.first_words() == b"ready"
    asking = asyncio.create_task(child.ask(b"question", [0]))
    await asyncio.sleep(0)
    frames.send(played.channel, b"answer")

    assert await asking == (b"answer", [])
    child.kill()
    assert played.deaths == [child]


async def test_answer_that_nobody_asked_for_ends_the_child(played: Played) -> None:
    """A child that talks out of turn is not trusted any more."""
    child = played.child()
    frames.send(played.channel, b"ready")
    await child.first_words()
    frames.send(played.channel, b"surprise", [0])
    await until(lambda: not child.is_alive)

    assert played.deaths == [child]


async def test_end_of_the_channel_fails_the_question(played: Played) -> None:
    """Whoever waits is told."""
    child = played.child()
    played.channel.close()
    with pytest.raises(ChildFailed):
        await child.first_words()

    assert not child.is_alive


async def test_answer_in_the_turn_of_the_deadline_leaves_no_descriptor(played: Played) -> None:
    """When the waiter is cancelled after the answer came, its descriptor is closed."""
    child = played.child()
    waiting = asyncio.create_task(child.first_words())
    await asyncio.sleep(0)
    frames.send(played.channel, b"late", [0])
    child._readable()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    child.kill()
