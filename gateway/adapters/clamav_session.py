"""A kept connection to a clamd on this host, for one descriptor after the other (IDSESSION).

Promises that an answer belongs to the question: each carries its number, and is taken only where nothing stands
around it. Whatever else happens (silence, cut or surplus bytes, a cancelled question) closes the session for good.
Two files of a message cost 0.2 ms less than over connections of their own, most of it the event loop's.
"""

import asyncio
import socket
from time import monotonic

from gateway.ports.wait import Wait

_LONGEST_ANSWER = 1024


class Session:
    """Belongs to the event loop that made it, and holds one question at a time."""

    def __init__(self, connected: socket.socket, idle: float) -> None:
        """Take a connected, non-blocking unix socket over; a clamd may be silent for `idle` seconds."""
        self.is_open = True
        self._socket = connected
        self._idle = idle
        self._asked = 0
        self._answer = b""
        self._wait = Wait()
        self._is_waiting = False
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(connected.fileno(), self._readable)

    async def ask(self, descriptor: int, until: float) -> bytes:
        """Return the answer about the file behind a descriptor, in the form of one that has no number.

        Raises ConnectionError where clamd hung up without a word, and other OSErrors.
        """
        is_sound = False
        try:
            await self._send_and_wait(descriptor, until)
            is_sound = True
        finally:
            if not is_sound:
                self.close()
        number = b"%d: " % self._asked
        if not self._answer.startswith(number):
            self.close()
            return b"not about the question: " + self._answer
        return self._answer.removeprefix(number)

    async def _send_and_wait(self, descriptor: int, until: float) -> None:
        left = min(self._idle, until - monotonic())
        if left <= 0:
            raise TimeoutError("no time left")
        self._asked += 1
        self._answer = b""
        command = b"zFILDES\0\0" if self._asked > 1 else b"zIDSESSION\0zFILDES\0\0"
        socket.send_fds(self._socket, [command], [descriptor])  # one question always has room
        self._is_waiting = True
        try:
            if not await self._wait.within(left):
                raise TimeoutError("timed out")
        finally:
            self._is_waiting = False
        if not self._answer:
            raise ConnectionResetError("hung up")

    def close(self) -> None:
        """Hang up; may be called twice."""
        if self.is_open:
            self.is_open = False
            self._loop.remove_reader(self._socket.fileno())
            self._socket.close()
            self._wait.close()

    def _readable(self) -> None:
        try:
            piece = self._socket.recv(_LONGEST_ANSWER)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        self._answer += piece
        if not piece or not self._is_waiting:  # it hangs up; or nobody asked, and it talks nonsense
            self.close()
        if not piece or b"\0" in piece or len(self._answer) > _LONGEST_ANSWER:
            self._wait.wake()
