"""The keeper's ears: a unix socket, a thread for each question, and never more of them than are of use.

Whatever goes wrong is said to the worker as a failure, or leaves it without an answer; either way it takes nothing
for durable that is not.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from gateway.adapters import keeper_frames
from gateway.adapters.keeper_frames import Keep, Kept
from gateway.adapters.sandbox.frames import FrameReader

THREADS = 16
"""Questions at a time; a worker that comes beyond them is turned away, and puts its message off."""
_BACKLOG = 128
_PAUSE = 0.1
"""Seconds until the next try where something ran out."""
_SECONDS = 30.0
"""For a worker to bring its question, and to take the answer."""

Keeping = Callable[[Keep, int], None]
"""Makes the message behind the descriptor durable, or raises."""

log = structlog.get_logger()


class KeeperService:
    """Listens at a place, from the moment it is made until it is closed."""

    def __init__(self, place: Path, keeping: Keeping) -> None:
        """Listen at `place`, where a keeper that was killed may have left its socket."""
        self._place = place
        self._keeping = keeping
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
            if not self._room.acquire(blocking=False):
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
                answer(channel, self._keeping)
        except Exception as error:  # noqa: BLE001 - a worker that died, or one of another version: it hears nothing
            log.warning("keeper_question_broken", reason=f"{type(error).__name__}: {error}")
        finally:
            self._room.release()


def answer(channel: socket.socket, keeping: Keeping) -> None:
    """Read one question, do what it asks, and say how that went. Raises OSError, EOFError or ValueError."""
    channel.settimeout(_SECONDS)
    payload, descriptors = _question(channel)
    if not descriptors:
        raise ValueError("a question without a message")
    (descriptor,) = descriptors
    try:
        failure = _keep(keeper_frames.decode_keep(payload), descriptor, keeping)
    finally:
        os.close(descriptor)
    channel.sendall(keeper_frames.framed(keeper_frames.encode(Kept(failure))))


def _keep(asked: Keep, descriptor: int, keeping: Keeping) -> str:
    try:
        keeping(asked, descriptor)
    except Exception as error:  # noqa: BLE001 - the worker must hear of it, whatever it is
        failure = f"{type(error).__name__}: {error}"[:1000]
        log.error("not_kept", id=asked.case.id, reason=failure)  # noqa: TRY400 - the reason says it all
        return failure
    log.info("kept", id=asked.case.id, tenants=asked.case.tenants, reason=asked.case.reason, size=asked.size)
    return ""


def _question(channel: socket.socket) -> tuple[bytes, list[int]]:
    reader = FrameReader(1)
    try:
        while True:
            if frame := reader.read(channel):
                return frame
    finally:
        reader.close()
