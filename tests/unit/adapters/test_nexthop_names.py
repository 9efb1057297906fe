"""Names of hops, when the resolver answers, refuses and keeps silent: a stand-in, because the real one never does."""

import asyncio
import socket
import threading
from collections.abc import Sequence

import pytest

from gateway.adapters import nexthop_names
from gateway.adapters.nexthop_names import Names, NoAddress, system


class Resolver:
    """Answers, raises, or waits until it is released."""

    def __init__(self, answer: Sequence[str] | Exception) -> None:
        self.answer = answer
        self.released = threading.Event()
        self.released.set()
        self.asked: list[str] = []

    def __call__(self, name: str) -> Sequence[str]:
        """Resolve."""
        self.asked.append(name)
        self.released.wait(20)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize("address", ["127.0.0.1", "2001:db8::1"])
async def test_address_is_its_own_answer(address: str) -> None:
    """Nobody is asked."""
    resolver = Resolver(OSError("never"))

    assert await Names(resolver).addresses(address) == (address,)
    assert resolver.asked == []


async def test_answer_is_kept_for_a_while() -> None:
    """Not every connection costs a question."""
    resolver = Resolver(("192.0.2.1", "192.0.2.2"))
    names = Names(resolver)
    answers = [await names.addresses("mx.example"), await names.addresses("mx.example")]

    assert answers == [("192.0.2.1", "192.0.2.2")] * 2
    assert resolver.asked == ["mx.example"]


async def test_one_question_for_all_who_wait() -> None:
    """A silent resolver holds one thread for each name, not one for each message."""
    resolver = Resolver(("192.0.2.1",))
    resolver.released.clear()
    names = Names(resolver)
    waiting = [asyncio.create_task(names.addresses("mx.example")) for _ in range(50)]
    await asyncio.sleep(0)
    resolver.released.set()

    assert await asyncio.gather(*waiting) == [("192.0.2.1",)] * 50
    assert resolver.asked == ["mx.example"]


async def test_who_waits_may_give_up() -> None:
    """The thread goes on alone, and what it learns is known to the next."""
    resolver = Resolver(("192.0.2.1",))
    resolver.released.clear()
    names = Names(resolver)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await names.addresses("mx.example")
    resolver.released.set()

    assert await names.addresses("mx.example") == ("192.0.2.1",)
    assert resolver.asked == ["mx.example"]


async def test_old_answer_is_better_than_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail goes where it went before."""
    monkeypatch.setattr(nexthop_names, "SILENCE_SECONDS", 0.01)
    resolver = Resolver(("192.0.2.1",))
    names = Names(resolver, keep_seconds=0.0)
    await names.addresses("mx.example")
    resolver.released.clear()
    silent = await names.addresses("mx.example")
    resolver.released.set()

    assert silent == ("192.0.2.1",)


@pytest.mark.parametrize(
    ("trouble", "is_final"),
    [
        (socket.gaierror(socket.EAI_AGAIN, "try again"), False),
        (socket.gaierror(socket.EAI_NONAME, "no such name"), True),
    ],
)
async def test_name_that_is_gone_is_forgotten_and_trouble_is_not(trouble: Exception, is_final: bool) -> None:  # noqa: FBT001
    """What the admin of the domain removed is not used; what nobody can tell now is."""
    resolver = Resolver(("192.0.2.1",))
    names = Names(resolver, keep_seconds=0.0)
    await names.addresses("mx.example")
    resolver.answer = trouble
    if is_final:
        with pytest.raises(NoAddress, match=r"mx\.example: .*no such name"):
            await names.addresses("mx.example")
    else:
        assert await names.addresses("mx.example") == ("192.0.2.1",)


@pytest.mark.parametrize("trouble", [socket.gaierror(socket.EAI_AGAIN, "try again"), UnicodeError("label too long")])
async def test_name_without_an_answer_is_no_address(trouble: Exception) -> None:
    """Whatever the resolver's trouble is, the caller sees one kind."""
    with pytest.raises(NoAddress):
        await Names(Resolver(trouble)).addresses("mx.example")


@pytest.mark.enable_socket
def test_system_resolves_the_loopback() -> None:
    """In the order of the system, each address once."""
    found = system("localhost")

    assert set(found) <= {"127.0.0.1", "::1"}
    assert len(set(found)) == len(found) > 0
