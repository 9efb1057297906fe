"""HTTP with bounds."""

import asyncio
import resource
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.web.desk import BOUNDS, CONTENT, SHARD, TERMS, Desk, parsed, until

pytestmark = pytest.mark.enable_socket
HEAD = f"GET /healthz HTTP/1.1\r\nHost: {SHARD}\r\n".encode()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a service with little patience."""
    return Desk(tmp_path, bounds=replace(BOUNDS, stall=0.3))


@pytest.mark.parametrize("start", [b"", HEAD, b"\r\n", b"GET /" + b"a" * 1000])
async def test_request_that_does_not_come_ends_the_connection(desk: Desk, start: bytes) -> None:
    """Silence from the first byte, or in the middle of a head."""
    async with desk.serving():
        assert b"" == await desk.exchange(start)


async def test_head_that_drips_ends_all_the_same(desk: Desk) -> None:
    """Each byte is no new beginning."""
    async with desk.serving():
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
        drips = asyncio.create_task(dripping(writer))
        assert b"" == await asyncio.wait_for(reader.read(), 10)
        drips.cancel()
        writer.close()


async def dripping(writer: asyncio.StreamWriter) -> None:
    """Send a head that has no end."""
    writer.write(b"GET / HTTP/1.1\r\nX: ")
    while True:
        writer.write(b"x")
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    "extra",
    [
        b"X: " + b"a" * 20_000 + b"\r\n",
        b"".join(b"X-%d: a\r\n" % number for number in range(200)),
        b"X: " + b"a" * 500_000,
    ],
)
async def test_absurd_heads_are_refused(desk: Desk, extra: bytes) -> None:
    """A field, fields, and a field without an end."""
    async with desk.serving():
        answer = await desk.exchange(HEAD + extra + b"\r\n")

    assert answer == b"" or parsed(answer).status == 431


@pytest.mark.parametrize(
    "request_",
    [
        b"\0\1\2\3\r\n\r\n",
        b"EHLO there\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET http:// HTTP/1.1\r\nHost: [\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    ],
)
async def test_what_is_no_request_gets_nothing(desk: Desk, request_: bytes) -> None:
    """An error or the end of the connection; the next one is served."""
    async with desk.serving():
        answer = await desk.exchange(request_)
        good = await desk.ask("GET", "/healthz")

    assert answer == b"" or 400 <= parsed(answer).status < 500
    assert good.status == 200


async def test_who_sends_ahead_is_answered_once(desk: Desk) -> None:
    """One whole answer, then the end: the rest can be asked again (RFC 9112 section 9.3.2)."""
    file = desk.put()
    request = f"GET {desk.link(file)} HTTP/1.1\r\nHost: {SHARD}\r\n\r\n".encode()
    async with desk.serving():
        answer = await desk.exchange(request * 500)

    assert answer.count(b"HTTP/1.1 ") == 1
    assert (200, int(parsed(answer).head["content-length"])) == (parsed(answer).status, len(parsed(answer).body))


async def test_body_that_nobody_wants_ends_the_connection(desk: Desk) -> None:
    """Nobody waits for it."""
    async with desk.serving():
        answer = await desk.exchange(
            b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 10_000
        )

    assert answer == b"" or parsed(answer).status in (200, 413)


async def test_connection_is_used_again(desk: Desk) -> None:
    """Two requests, one after the other."""
    async with desk.serving():
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
        for _ in range(2):
            writer.write(HEAD + b"\r\n")
            assert b"200" in await reader.readuntil(b"\r\n\r\n")
            assert b"ok\n" == await reader.readexactly(3)
        writer.close()


async def test_one_client_cannot_have_all_connections(tmp_path: Path) -> None:
    """Beyond its share it is turned away; a proxy is not."""
    for is_proxy, expected in ((False, 503), (True, 200)):
        folder = tmp_path / str(is_proxy)
        folder.mkdir()
        desk = Desk(folder, bounds=replace(BOUNDS, per_client=2, is_proxy=lambda _, said=is_proxy: said))  # type: ignore[misc]
        async with desk.serving():
            idle = [await asyncio.open_connection("127.0.0.1", desk.port) for _ in range(2)]
            answer = await desk.exchange(HEAD + b"Connection: close\r\n\r\n")
            for _, writer in idle:
                writer.close()

        assert answer == b"" or parsed(answer).status == expected


@pytest.fixture
def descriptors() -> Iterator[None]:
    """Have enough for both ends of a thousand connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_thousand_slow_readers_hang_nothing(tmp_path: Path, descriptors: None) -> None:
    """While they hold all they can get, the next one is served; then they are cut off and nothing is left of them."""
    terms = replace(TERMS, per_hour=10_000, client_per_hour=10_000)
    desk = Desk(tmp_path, terms, replace(BOUNDS, connections=2000, per_client=2000, stall=2.0))
    file = desk.put(content=bytes(4_000_000))
    async with desk.serving():
        place = (await desk.ask("POST", desk.link(file), b"do=download")).head["location"]
        request = f"GET {place} HTTP/1.1\r\nHost: {SHARD}\r\n\r\n".encode()
        slow = [await asyncio.open_connection("127.0.0.1", desk.port, limit=1024) for _ in range(1000)]
        for _, writer in slow:
            writer.write(request)
        await until(lambda: len(desk.downloads) > 900)
        page = await desk.ask("GET", desk.link(file))
        await until(lambda: not len(desk.downloads))
        for _, writer in slow:
            writer.close()

    assert page.status == 200


async def test_close_lets_answers_end(desk: Desk) -> None:
    """Whoever has begun gets the whole file within the drain."""
    file = desk.put()
    async with desk.serving():
        got = asyncio.create_task(desk.download(desk.link(file)))
        await until(lambda: bool(desk.downloads.of(file.id)))
    assert (await got).body == CONTENT
