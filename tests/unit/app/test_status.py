"""What a worker tells the monitor."""

import asyncio
import socket
from pathlib import Path

from gateway.app.status import Status, ask, offer, place


async def test_status_is_read_as_it_was_given(tmp_path: Path) -> None:
    """Made anew for each question."""
    asked = iter(("v1", "v2"))
    path = place(tmp_path, 1)
    async with await offer(path, lambda: Status(next(asked), ("a.yaml:1:1: no",), "text " * 100_000)):
        first = await asyncio.to_thread(ask, path)
        second = await asyncio.to_thread(ask, path)

    assert (first, second and second.policy) == (Status("v1", ("a.yaml:1:1: no",), "text " * 100_000), "v2")


def test_worker_that_is_not_there_has_no_status(tmp_path: Path) -> None:
    """No socket, and a socket where nobody listens."""
    dead = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(dead))

        assert [ask(tmp_path / "absent.sock"), ask(dead)] == [None, None]


def test_nonsense_is_no_status(tmp_path: Path) -> None:
    """Half an answer of a dying worker."""
    path = tmp_path / "half.sock"
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(path))
        sock.listen()
        client = asyncio.new_event_loop()
        answer = client.run_in_executor(None, ask, path)
        connection, _ = sock.accept()
        connection.sendall(b'{"policy":"v')
        connection.close()

        assert client.run_until_complete(answer) is None
        client.run_until_complete(client.shutdown_default_executor())
        client.close()
