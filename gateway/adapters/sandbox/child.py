"""What a child does: take a message, look into it, answer with plain data; again until the worker goes.

Holds one message at a time and keeps nothing of it. It does not judge its own answer: the worker does.
"""

import gc
import mmap
import os
import socket
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from gateway.adapters.sandbox import frames, jail
from gateway.adapters.sandbox.frames import Answer, FrameReader, Ready, Request
from gateway.adapters.sandbox.mapped import Mapped
from gateway.adapters.sandbox.scratch import Scratch
from gateway.adapters.spool import SpoolFolder
from gateway.authn.errands import Errand, Outcome
from gateway.mime.buffer import Buffer
from gateway.model.examination import Examination
from gateway.model.limits import KIB, MIB, Limits

_READ_WHOLE = 256 * KIB
"""Messages up to this size are read, larger ones mapped: a map costs more than a copy below it."""
_TRIM = 8 * MIB
"""After a message and scratch of this size freed memory is handed back; to get it again costs 2 ms of a photo."""


class Work(Protocol):
    """What is run on every message. Its clock should be the CPU time, which a busy machine does not shorten."""

    def __call__(self, data: bytes | mmap.mmap, limits: Limits, store: Scratch, /) -> Examination:
        """Examine `data` and put decoded files into `store`."""


class Run(Protocol):
    """What does errands (authn); its libraries are loaded when the first one comes."""

    def __call__(self, data: Buffer, limits: Limits, errand: Errand, /) -> Outcome:
        """Do what is asked."""


def no_errands(_data: Buffer, _limits: Limits, _errand: Errand) -> Outcome:
    """Refuse: nobody has told what runs errands."""
    raise ValueError("no errands are run here")


def serve(
    channel: socket.socket, work: Work, spools: SpoolFolder, refused: tuple[str, ...], run: Run = no_errands
) -> None:
    """Answer requests from `channel` until it is closed."""
    frames.send(channel, frames.encode(Ready(refused)))
    reader = FrameReader(1)
    with suppress(EOFError, ConnectionError):
        while True:
            while (frame := reader.read(channel)) is None:
                pass
            payload, descriptors = frame
            request = frames.decode_request(payload)
            scratch = Scratch(spools)
            try:
                _answer(channel, _done(work, run, request, descriptors, scratch), scratch)
            finally:
                size = request.size + scratch.size
                scratch.close()
            if size > _TRIM:
                jail.trim_memory()


def _done(work: Work, run: Run, request: Request, descriptors: list[int], scratch: Scratch) -> Answer:
    try:
        if request.message is not None:
            return _looked(work, run, request, request.message, scratch)
        (descriptor,) = descriptors
        with _opened(descriptor, request.size) as data:
            return _looked(work, run, request, data, scratch)
    except Exception as error:  # noqa: BLE001 - whatever the parsers raise is an answer, not our end
        trace = traceback.format_exc().encode("ascii", "backslashreplace").decode()
        return Answer(None, failure=ascii(error)[:200], trace=trace[-4000:])


def _looked(work: Work, run: Run, request: Request, data: Buffer, scratch: Scratch) -> Answer:
    if request.errand is not None:
        return Answer(None, outcome=run(data, request.limits, request.errand))
    return Answer(work(data, request.limits, scratch), scratch.small())


def _answer(channel: socket.socket, answer: Answer, scratch: Scratch) -> None:
    if scratch.full:
        answer = Answer(None, failure="no space for decoded files", disk_full=True)
    try:
        payload = frames.encode(answer)
        failure = f"an answer of {len(payload)} bytes" if len(payload) > frames.MAX_FRAME else ""
    except (ValueError, OverflowError) as error:  # text without a UTF-8 form, a number beyond 64 bits
        failure = ascii(error)[:200]
    if failure:
        answer = Answer(None, failure=failure)
        payload = frames.encode(answer)
    frames.send(channel, payload, scratch.descriptors() if answer.examination is not None else ())


@contextmanager
def _opened(descriptor: int, size: int) -> Iterator[bytes | Mapped]:
    """Give the message as bytes, or as a map that is gone afterwards; takes the descriptor over."""
    if size <= _READ_WHOLE:
        try:
            whole = os.pread(descriptor, size, 0)
        finally:
            os.close(descriptor)
        yield whole
        return
    data = Mapped(descriptor, size)
    try:
        yield data
    finally:
        try:
            data.close()
        except BufferError:  # a view waits in a cycle; the map goes with it
            gc.collect()
