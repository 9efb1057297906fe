"""The keeper's ears: a unix socket, a thread for each question, and never more of them than are of use.

Whatever goes wrong is said to the worker as a failure, or leaves it without an answer; either way it takes nothing
for durable that is not.
"""

import os
import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import structlog

from gateway.adapters import keeper_frames
from gateway.adapters.keeper_frames import Done, Host, Keep, Link, Question, Settle
from gateway.adapters.sandbox.frames import FrameReader

THREADS = 16
"""Questions at a time; a worker that comes beyond them is turned away, and puts its message off."""
_BACKLOG = 128
_PAUSE = 0.1
"""Seconds until the next try where something ran out."""
_SECONDS = 30.0
"""For a worker to bring its question, and to take the answer."""


class Hands(Protocol):
    """What does as it is asked, durably, or raises."""

    def keep(self, asked: Keep, descriptor: int) -> None:
        """Hold the message behind the descriptor."""

    def host(self, asked: Host, descriptor: int) -> str:
        """Host the file behind the descriptor; return its link."""

    def settle(self, asked: Settle) -> None:
        """Let files live, or forget them."""

    def link(self, asked: Link) -> Sequence[str]:
        """Write rows for links; return the new ones."""


log = structlog.get_logger()


class KeeperService:
    """Listens at a place, from the moment it is made until it is closed."""

    def __init__(self, place: Path, hands: Hands) -> None:
        """Listen at `place`, where a keeper that was killed may have left its socket."""
        self._place = place
        self._hands = hands
        self._room = threading.BoundedSemaphore(THREADS)
        self._is_closing = False
        place.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(place))
        place.chmod(0o600)
        self._socket.listen(_BACKLOG)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more questions."""
        self._is_closing = True
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()
        self._place.unlink(missing_ok=True)

    def _serve(self) -> None:
        while True:
            try:
                channel, _ = self._socket.accept()
            except OSError as error:
                if self._is_closing:
                    return
                log.error("keeper_deaf", reason=error.strerror)  # noqa: TRY400 - no descriptor or memory left
                time.sleep(_PAUSE)
                continue
            if not self._room.acquire(timeout=_PAUSE):  # a thread that has answered needs a moment to end
                channel.close()
                continue
            try:
                threading.Thread(target=self._answer, args=(channel,), daemon=True).start()
            except RuntimeError as error:  # no process slot left
                log.error("keeper_deaf", reason=str(error))  # noqa: TRY400 - the reason says it all
                self._room.release()
                channel.close()

    def _answer(self, channel: socket.socket) -> None:
        try:
            with channel:
                answer(channel, self._hands)
        except Exception as error:  # noqa: BLE001 - a worker that died, or one of another version: it hears nothing
            log.warning("keeper_question_broken", reason=f"{type(error).__name__}: {error}")
        finally:
            self._room.release()


def answer(channel: socket.socket, hands: Hands) -> None:
    """Read one question, do what it asks, and say how that went. Raises OSError, EOFError or ValueError.

    A worker that no longer listens has put its message off, and may have settled its files before this one was there.
    """
    channel.settimeout(_SECONDS)
    payload, descriptors = _question(channel)
    try:
        asked = keeper_frames.decode_question(payload)
        done = _done(asked, descriptors, hands)
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
    try:
        channel.sendall(keeper_frames.framed(keeper_frames.encode(done)))
    except OSError:
        if isinstance(asked, Host | Link):
            hands.settle(Settle(_message(asked), delivered=False))
        raise


def _done(asked: Question, descriptors: Sequence[int], hands: Hands) -> Done:
    if len(descriptors) != (0 if isinstance(asked, Settle | Link) else 1):
        raise ValueError("a question without its content")
    try:
        return _handle(asked, descriptors, hands)
    except Exception as error:  # noqa: BLE001 - the worker must hear of it, whatever it is
        failure = f"{type(error).__name__}: {error}"[:1000]
        log.error("not_kept", id=_message(asked), reason=failure)  # noqa: TRY400 - the reason says it all
        return Done(failure)


def _handle(asked: Question, descriptors: Sequence[int], hands: Hands) -> Done:
    """Do as asked, and say so in the log."""
    match asked:
        case Keep(case, size):
            hands.keep(asked, descriptors[0])
            log.info("kept", id=case.id, tenants=case.tenants, reason=case.reason, size=size)
        case Host(new):
            url = hands.host(asked, descriptors[0])
            one = new.file
            log.info("hosted", id=one.message, tenant=one.tenant, file=one.id, sha256=one.sha256, size=one.size)
            return Done(url=url)
        case Settle(message, delivered):
            hands.settle(asked)
            log.info("hosted_settled", id=message, delivered=delivered)
        case Link(new):
            urls = tuple(hands.link(asked))
            log.info("linked", id=_message(asked), tenant=new[0].file.tenant, links=len(new))
            return Done(urls=urls)
    return Done()


def _message(asked: Question) -> str:
    """Return our id of the message that a question is about."""
    match asked:
        case Keep(case):
            return case.id
        case Host(new):
            return new.file.message
        case Settle(message):
            return message
        case Link(new):
            return new[0].file.message if new else ""


def _question(channel: socket.socket) -> tuple[bytes, list[int]]:
    reader = FrameReader(1)
    try:
        while True:
            if frame := reader.read(channel):
                return frame
    finally:
        reader.close()
