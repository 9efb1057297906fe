"""The stream tells what happened to the socket, and never waits beyond its time."""

import asyncio
import socket
import tempfile
import time
from collections.abc import AsyncIterator

import pytest

from gateway.adapters.nexthop_stream import Stream
from gateway.model.limits import Deadline

pytestmark = pytest.mark.enable_socket


class Ends:
    """Both ends of one connection: ours as a stream, the hop's as a blocking socket."""

    def __init__(self, stream: Stream, hop: socket.socket, received: bytearray) -> None:
        self.stream, self.hop, self.received = stream, hop, received


@pytest.fixture
async def ends() -> AsyncIterator[Ends]:
    received = bytearray()
    stream = Stream(received.extend)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        await asyncio.get_running_loop().create_connection(lambda: stream, *listener.getsockname())
        hop, _ = listener.accept()
        with hop:
            yield Ends(stream, hop, received)
    stream.abort()
    await stream.closed


def soon(seconds: float = 10.0) -> Deadline:
    return Deadline(time.monotonic() + seconds)


async def test_bytes_wake_the_waiting(ends: Ends) -> None:
    """What the hop sends is handed on before the one who waits goes on."""
    ends.hop.sendall(b"220 hi\r\n")

    assert await ends.stream.something(soon())
    assert ends.received == b"220 hi\r\n"


async def test_the_end_wakes_the_waiting(ends: Ends) -> None:
    """A hop that closes is noticed at once."""
    ends.hop.close()

    assert await ends.stream.something(soon())
    assert ends.stream.is_lost


async def test_time_is_up(ends: Ends) -> None:
    """Waiting ends at the deadline, and a passed deadline is no wait at all."""
    deadline = soon(0.05)
    while await ends.stream.something(deadline):
        pass

    assert not deadline.remaining(time.monotonic())


async def test_a_hop_that_does_not_read_pauses_the_writing(ends: Ends) -> None:
    """Memory is bounded by the flag that the writer looks at; reading on clears it."""

    def is_paused() -> bool:
        return ends.stream.is_paused

    while not is_paused():
        ends.stream.write(bytes(1 << 18))
        await asyncio.sleep(0)
    while is_paused():
        await asyncio.to_thread(ends.hop.recv, 1 << 20)
        await asyncio.sleep(0)

    assert not ends.stream.is_lost


async def test_bytes_of_a_file_never_overtake_what_waits(ends: Ends) -> None:
    """They go when everything before them went, while last words are kept, and never on a lost connection."""
    with tempfile.TemporaryFile() as file:
        file.write(b"from the file")
        file.flush()
        early = ends.stream.send_file(file.fileno(), 0, 13)
        ends.stream.keep_last_words()
        sent = ends.stream.send_file(file.fileno(), 5, 8)
        while not ends.stream.is_paused:
            ends.stream.write(bytes(1 << 18))
            await asyncio.sleep(0)
        behind = ends.stream.send_file(file.fileno(), 0, 13)
        ends.stream.abort()
        lost = ends.stream.send_file(file.fileno(), 0, 13)

    assert (0, 8, 0, 0) == (early, sent, behind, lost)
    assert ends.hop.recv(8) == b"the file"


async def test_no_handshake_on_a_lost_connection(ends: Ends) -> None:
    """TLS with nobody is an ordinary failure."""
    ends.stream.abort()
    with pytest.raises(ConnectionResetError):
        await ends.stream.start_tls(None, "mx.example")  # type: ignore[arg-type]
