"""What a worker tells the monitor: one JSON document for each connection to its socket."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import msgspec

_MOST = 16 * 1024 * 1024
_TIMEOUT = 2.0


class Status(msgspec.Struct, frozen=True):
    """The state of one worker now."""

    policy: str
    """Version of the policy set that it serves."""
    problems: tuple[str, ...]
    """Why the policy files as they are now could not be taken; empty where they were."""
    metrics: str
    """In Prometheus' text format."""
    is_draining: bool = False
    """It takes no more connections, and ends when its messages have."""


def place(run: Path, number: int) -> Path:
    """Return the socket of worker `number`."""
    return run / f"worker-{number}.sock"


def jobs_place(run: Path) -> Path:
    """Return the socket of the process of jobs."""
    return run / "jobs.sock"


async def offer(path: Path, current: Callable[[], Status]) -> asyncio.Server:
    """Answer every connection to `path`, where nothing may be left, with the current status."""

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(msgspec.json.encode(current()))
        try:
            await asyncio.wait_for(writer.drain(), _TIMEOUT)
        except (OSError, TimeoutError):
            writer.transport.abort()
        else:
            writer.close()

    return await asyncio.start_unix_server(answer, path)


def ask(path: Path) -> Status | None:
    """Return the status of the worker behind `path`; None where it does not answer in time."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(_TIMEOUT)
        answer = bytearray()
        try:
            sock.connect(str(path))
            while len(answer) <= _MOST and (chunk := sock.recv(65536)):
                answer += chunk
            return msgspec.json.decode(answer, type=Status)
        except (OSError, msgspec.DecodeError):
            return None
