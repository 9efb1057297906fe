"""A stand-in for what a real clamd cannot be made to do: lie, stop half-way, never end."""

import contextlib
import socket
import threading
from pathlib import Path
from typing import Self

VERSION = b"ClamAV 1.4.6/27800/Sat Nov 21 09:00:00 2026\0"


class LyingClamd:
    """Answers VERSION properly and everything else with the bytes it was given; counts what it was asked."""

    def __init__(self, path: Path, answer: bytes, *, version: bytes = VERSION, hangs: bool = False) -> None:
        """Listen on a unix socket; with `hangs` connections stay open after the answer."""
        self.address = f"unix:{path}"
        self.answer = answer
        self.version = version
        self.asked: list[bytes] = []
        self._hangs = hangs
        self.kept: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(16)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def count(self, command: bytes) -> int:
        """Return how often a command was given."""
        return sum(one.startswith(command) for one in self.asked)

    def close(self) -> None:
        """Stop listening."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for one in (self._listener, *self.kept):
            one.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            client.settimeout(5)
            number = 0
            while command := client.recv(64):
                self.asked.append(command.removeprefix(b"zIDSESSION\0"))
                number += b"zFILDES" in command
                if command.startswith(b"zVERSION"):
                    client.sendall(self.version)
                    break
                client.sendall(b"%d: %s" % (number, self.answer) if number and self.answer else self.answer)
                if self._hangs:
                    self.kept.append(client)
                    return
                if not number or not self.answer:
                    break
        client.close()
