"""The child's loop, run in a thread over a real channel: what is asked, what is answered."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from mmap import mmap
from pathlib import Path

import pytest

from gateway.adapters.sandbox import frames
from gateway.adapters.sandbox.child import Work, serve
from gateway.adapters.sandbox.frames import Answer, FrameReader, Ready, Request
from gateway.adapters.sandbox.rooms import MOST_ROOMS
from gateway.adapters.sandbox.scratch import Scratch
from gateway.adapters.spool import SpoolFolder
from gateway.model.examination import Examination
from gateway.model.finding import Finding, FindingKind
from gateway.model.limits import Limits
from tests.unit.adapters.sandbox.works import honest, open_descriptors

Ask = Callable[[bytes], Answer]


@contextmanager
def serving(folder: Path, work: Work) -> Iterator[Ask]:
    """Run the loop; yield a function that sends a message and returns the answer."""
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=serve, args=(theirs, work, SpoolFolder(folder), ("nothing",)))
    reader = FrameReader(MOST_ROOMS)

    def receive() -> tuple[bytes, list[int]]:
        while (frame := reader.read(ours)) is None:
            pass
        return frame

    def ask(content: bytes) -> Answer:
        file = os.memfd_create("message")
        os.write(file, content)
        frames.send(ours, frames.encode(Request(len(content), Limits(), None)), [file])
        os.close(file)
        payload, rooms = receive()
        for room in rooms:
            os.close(room)
        return frames.decode_answer(payload)

    thread.start()
    try:
        assert frames.decode_ready(receive()[0]) == Ready(("nothing",))
        yield ask
    finally:
        ours.close()
        thread.join()
        theirs.close()


@pytest.mark.parametrize("size", [0, 10, 1_500_000])
def test_message_is_gone_after_its_answer(tmp_path: Path, size: int) -> None:
    """Neither descriptor nor map of a message stays, small or large."""
    before = open_descriptors()
    with serving(tmp_path, honest) as ask:
        for _ in range(3):
            ask(b"x" * size)

    assert open_descriptors() == before
    assert "memfd:message" not in Path("/proc/self/maps").read_text()


def test_map_that_is_kept_in_a_cycle_goes_too(tmp_path: Path) -> None:
    """An examiner that leaves a view behind in a cycle of references does not keep the message."""

    def careless(data: bytes | mmap, limits: Limits, store: Scratch) -> Examination:
        """Leave a cycle that holds a view."""
        cycle: list[object] = [memoryview(data)]
        cycle.append(cycle)
        return honest(b"answer", limits, store)

    with serving(tmp_path, careless) as ask:
        ask(b"x" * 1_500_000)

    assert "memfd:message" not in Path("/proc/self/maps").read_text()


def test_exception_is_told_with_its_traceback(tmp_path: Path) -> None:
    """The worker's log shows where a parser failed."""
    with serving(tmp_path, honest) as ask:
        answer = ask(b"raise")

    assert answer.examination is None
    assert answer.failure == "RuntimeError('as ordered')"
    assert "works.py" in answer.trace


def test_too_large_answer_is_told_instead_of_sent(tmp_path: Path) -> None:
    """The worker never gets to see more than the bound."""
    with serving(tmp_path, honest) as ask:
        answer = ask(b"flood")

    assert answer.examination is None
    assert "an answer of" in answer.failure


def test_text_without_a_utf8_form_is_told_instead_of_sent(tmp_path: Path) -> None:
    """A broken name does not end the child."""

    def broken(data: bytes | mmap, limits: Limits, store: Scratch) -> Examination:
        """Find something whose name is a lone surrogate."""
        seen = honest(data, limits, store)
        return replace(seen, findings=(Finding(FindingKind.POLYGLOT, "\udc80"),))

    with serving(tmp_path, broken) as ask:
        answers = [ask(b"x"), ask(b"y")]

    assert ["surrogates not allowed" in answer.failure for answer in answers] == [True, True]
