"""The worker's side: only "durable" lets a message go on; everything else is 451 in bounded time."""

import asyncio
import socket
import time
from dataclasses import replace
from pathlib import Path
from typing import Self

import pytest

from gateway.adapters.keeper import KeeperClient
from gateway.adapters.keeper_frames import Done, Host, Keep, Link, Settle, encode, framed
from gateway.model.errors import Deferred
from gateway.model.limits import Deadline
from gateway.model.verdict import Judgement
from tests.unit.adapters.kept import CASE, DATA, Hands, folder, service, spool
from tests.unit.adapters.sql.hosting import new


def soon(seconds: float = 30.0) -> Deadline:
    """Return a deadline."""
    return Deadline(time.monotonic() + seconds)


async def test_message_arrives_whole() -> None:
    """Case and bytes are those of the worker; it is counted."""
    hands = Hands()
    with folder() as home, service(hands) as place:
        client = KeeperClient(place, 30)
        await client.keep(CASE, spool(home), soon())

    assert hands.kept == [(Keep(CASE, len(DATA)), DATA)]
    assert (client.counters.kept, client.counters.failures) == (1, 0)


async def test_file_is_hosted_and_settled() -> None:
    """Its bytes go over, its link comes back; and the end of its message is told without a descriptor."""
    hands, file = Hands(), new(size=len(DATA))
    with folder() as home, service(hands) as place:
        client = KeeperClient(place, 30)
        url = await client.host(file, spool(home).fileno(), soon())
        await client.settle("m1", delivered=False)

    assert (url, hands.hosted) == ("https://files1.example/f1", [(Host(file), DATA)])
    assert hands.settled == [Settle("m1", delivered=False)]
    assert (client.counters.hosted, client.counters.unsettled) == (1, 0)


async def test_links_are_made_in_their_order() -> None:
    """Each by where it led; without a descriptor."""
    hands, links = Hands(), [new(name="https://old.example/a"), new(id="f2", name="https://old.example/b")]
    with folder(), service(hands) as place:
        made = await KeeperClient(place, 30).link(links, soon())

    assert made == {
        "https://old.example/a": "https://files1.example/l/f1/",
        "https://old.example/b": "https://files1.example/l/f2/",
    }
    assert hands.linked == [Link(tuple(links))]


async def test_file_that_cannot_be_hosted_is_451() -> None:
    """The client keeps the message."""
    hands = Hands()
    hands.error = OSError(28, "No space left on device")
    with folder() as home, service(hands) as place, pytest.raises(Deferred) as caught:
        await KeeperClient(place, 30).host(new(), spool(home).fileno(), soon())

    assert (caught.value.reply.code, caught.value.reply.enhanced) == (451, "4.3.0")


async def test_end_that_nobody_hears_changes_nothing() -> None:
    """The reply to the message is known by then; it is counted."""
    hands = Hands()
    hands.error = OSError(28, "No space left on device")
    with folder() as home, service(hands) as place:
        clients = [KeeperClient(place, 30), KeeperClient(home / "none.sock", 30)]
        for client in clients:
            await client.settle("m1", delivered=True)

    assert [1, 1] == [client.counters.unsettled for client in clients]


async def test_answer_that_is_faster_than_the_loop_counts() -> None:
    """The keeper has answered and hung up before the last step of asking: what is durable is no failure."""
    hands = Hands()
    with folder() as home, service(hands) as place:
        client = KeeperClient(place, 30)
        for _ in range(200):
            await client.keep(CASE, spool(home), soon())

    assert (len(hands.kept), client.counters.kept) == (200, 200)


async def test_large_case_and_large_message_arrive_too() -> None:
    """Far more than a socket takes at once, and a message that lies in a file."""
    hands, many = Hands(), (Judgement("1/" + "x" * 500, CASE.judgements[0].action, "macros", "otherwise"),) * 2000
    case, data = replace(CASE, judgements=many), DATA * 50_000
    with folder() as home, service(hands) as place:
        await KeeperClient(place, 30).keep(case, spool(home, data), soon())

    assert hands.kept == [(Keep(case, len(data)), data)]


async def test_failure_is_451_and_its_reason_stays_inside() -> None:
    """The client hears nothing of disks and databases."""
    hands = Hands()
    hands.error = OSError(28, "No space left on device")
    with folder() as home, service(hands) as place:
        client = KeeperClient(place, 30)
        with pytest.raises(Deferred) as caught:
            await client.keep(CASE, spool(home), soon())

    assert (caught.value.reply.code, caught.value.reply.enhanced) == (451, "4.3.0")
    assert "space" not in str(caught.value.reply)
    assert "No space left" in caught.value.reason
    assert (client.counters.kept, client.counters.failures) == (0, 1)


async def test_keeper_that_is_gone_is_451() -> None:
    """No socket, and a socket that nobody listens on."""
    with folder() as home:
        dead = home / "dead.sock"
        with socket.socket(socket.AF_UNIX) as sock:
            sock.bind(str(dead))
        for place in (home / "none.sock", dead):
            with pytest.raises(Deferred):
                await KeeperClient(place, 30).keep(CASE, spool(home), soon())


@pytest.mark.parametrize(("patience", "deadline"), [(0.01, 30.0), (30.0, 0.01)])
async def test_silent_keeper_is_451_in_time(patience: float, deadline: float) -> None:
    """Neither the setting nor the message's own deadline is passed."""
    with (
        folder() as home,
        listening(home / "silent.sock") as place,
        pytest.raises(Deferred, match="no answer in time"),
    ):
        await KeeperClient(place.path, patience).keep(CASE, spool(home), soon(deadline))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0\0",
        framed(b"nonsense"),
        framed(encode({"failure": 5})),
        b"\xff\xff\xff\xff",
        framed(encode(Done("no"))),
    ],
    ids=["closed", "cut", "nonsense", "wrong type", "endless", "failure"],
)
async def test_whatever_is_not_a_whole_yes_is_451(answer: bytes) -> None:
    """A keeper that lies, cuts or says no (a stand-in: the real one does not)."""
    with folder() as home, listening(home / "liar.sock") as place:
        asking = asyncio.create_task(KeeperClient(place.path, 30).keep(CASE, spool(home), soon()))
        channel = await asyncio.to_thread(place.accept)
        channel.sendall(answer)
        channel.shutdown(socket.SHUT_RDWR)
        channel.close()

        with pytest.raises(Deferred):
            await asking


class listening:  # noqa: N801 - used as a function
    """A socket that listens and does nothing by itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX)

    def __enter__(self) -> Self:
        self._socket.bind(str(self.path))
        self._socket.listen()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def accept(self) -> socket.socket:
        """Take a connection and read what comes first."""
        channel, _ = self._socket.accept()
        channel.recv(65536)
        return channel
