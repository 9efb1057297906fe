"""Bytes on their way out."""

import asyncio
import time
from contextlib import aclosing
from pathlib import Path

import pytest

from gateway.adapters.sql.bans import SqlBans
from gateway.model.hosted import HostedFile
from gateway.ports.hosting import Which
from gateway.web.connections import Wire
from gateway.web.files.download import Transfer
from gateway.web.files.ranges import Span
from tests.unit.web.desk import SHARD, Desk, until

pytestmark = pytest.mark.enable_socket
LARGE = bytes(1024) * 20_000


async def begun(desk: Desk, place: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Begin a download and read its head."""
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port, limit=4096)
    writer.write(f"GET {place} HTTP/1.1\r\nHost: {SHARD}\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def rest(reader: asyncio.StreamReader) -> int:
    """Return how many bytes still come."""
    count = 0
    try:
        while piece := await asyncio.wait_for(reader.read(65536), 20):
            count += len(piece)
    except ConnectionResetError:
        pass
    return count


def transfer(file: HostedFile) -> Transfer:
    """Return one that has not begun."""
    return Transfer(file, Span(0, file.size), "t", "192.0.2.0/24", 1.0, Wire(asyncio.Transport()))


async def ticket(desk: Desk, link: str) -> str:
    """Click."""
    return (await desk.ask("POST", link, b"do=download")).head["location"]


async def test_revocation_cuts_what_is_under_way(tmp_path: Path) -> None:
    """The client sees the end of the connection, and knows that it has not the whole."""
    desk = Desk(tmp_path)
    file = desk.put(content=LARGE)
    async with desk.serving():
        reader, writer = await begun(desk, await ticket(desk, desk.link(file)))
        desk.shelf.files.revoke(Which(id=file.id), "admin", "test")
        await until(lambda: not len(desk.downloads))
        count = await rest(reader)
        writer.close()

    assert count < len(LARGE)


async def test_ban_cuts_what_is_under_way(tmp_path: Path) -> None:
    """An emergency stops downloads in under a second, also those that have begun."""
    desk = Desk(tmp_path)
    file = desk.put(content=LARGE)
    async with desk.serving():
        reader, writer = await begun(desk, await ticket(desk, desk.link(file)))
        SqlBans(desk.shelf.store.engine).ban(["ext:pdf"], time.time() + 60, "admin", "worm")
        await until(lambda: not len(desk.downloads))
        count = await rest(reader)
        writer.close()

    assert count < len(LARGE)


async def test_reader_that_goes_away_frees_its_place(tmp_path: Path) -> None:
    """The journal says how far it came."""
    desk = Desk(tmp_path)
    file = desk.put(content=LARGE)
    async with desk.serving():
        _, writer = await begun(desk, await ticket(desk, desk.link(file)))
        writer.transport.abort()
        await until(lambda: not len(desk.downloads))

    (line,) = desk.journal(file)
    assert line.size < len(LARGE)


async def test_content_that_is_too_short_ends_with_the_connection(tmp_path: Path) -> None:
    """Never a whole answer around half a file."""
    desk = Desk(tmp_path)
    file = desk.put(content=LARGE)
    root = desk.shelf.store.place.contents
    assert root is not None
    (root / desk.contents.place(file)).write_bytes(LARGE[:1000])
    async with desk.serving():
        reader, writer = await begun(desk, await ticket(desk, desk.link(file)))
        count = await rest(reader)
        writer.close()

    assert count <= 1000


async def test_more_readers_get_smaller_pieces(tmp_path: Path) -> None:
    """The memory of all of them together is bounded, and who has taken little gets little."""
    desk = Desk(tmp_path)
    few, slow = desk.downloads.piece(10**9), desk.downloads.piece(200_000)
    desk.downloads._under_way = {object() for _ in range(2000)}  # type: ignore[misc]

    assert (512 * 1024, 32 * 1024 * 1024 // 2000) == (few, desk.downloads.piece(10**9))
    assert slow == 25_000


async def test_journal_waits_for_a_database_that_is_busy(tmp_path: Path) -> None:
    """Nothing is lost by a failure, and nothing written twice."""
    desk = Desk(tmp_path)
    file = desk.put(content=b"x")
    async with desk.serving():
        place = await ticket(desk, desk.link(file))
        with desk.shelf.store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE hosted_downloads RENAME TO lost")
        desk.downloads.note(transfer(file))
        await desk.downloads.flush()
        with desk.shelf.store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE lost RENAME TO hosted_downloads")
        await desk.ask("GET", place)

    assert len(desk.journal(file)) == 2


async def test_pieces_end_a_transfer_that_is_closed_early(tmp_path: Path) -> None:
    """Its place is free, its line written."""
    desk = Desk(tmp_path)
    async with aclosing(desk.downloads.pieces(transfer(desk.put(content=LARGE)))) as pieces:
        await anext(pieces)
        during = len(desk.downloads)

    assert (1, 0, 1) == (during, len(desk.downloads), desk.downloads.of("f1"))
