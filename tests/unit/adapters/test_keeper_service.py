"""The keeper's ears stay open whatever is said into them."""

import os
import socket
import threading
from pathlib import Path

import pytest

from gateway.adapters.keeper_frames import Host, Keep, Settle, decode_done, encode, framed
from gateway.adapters.keeper_service import THREADS, KeeperService, answer
from gateway.adapters.sandbox.frames import HEADER
from tests.unit.adapters.kept import CASE, DATA, Hands, folder, service
from tests.unit.adapters.sql.hosting import new


def ask(place: Path, raw: bytes, descriptors: list[int]) -> bytes:
    """Say something and return the answer; nothing where the keeper hangs up."""
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(30)
        channel.connect(str(place))
        try:
            socket.send_fds(channel, [raw], descriptors)
            channel.shutdown(socket.SHUT_WR)
            return channel.recv(65536)
        except (ConnectionResetError, BrokenPipeError):  # it may hang up before it has heard anything
            return b""


def memory(data: bytes) -> int:
    """Return a descriptor that holds `data`."""
    descriptor = os.memfd_create("test")
    os.write(descriptor, data)
    return descriptor


GOOD = framed(encode(Keep(CASE, len(DATA))))


@pytest.mark.parametrize(
    "raw",
    [b"\0", b"GET / HTTP/1.0\r\n\r\n", framed(b"nonsense"), framed(encode({"case": 1})), GOOD[:-1]],
    ids=["cut", "http", "nonsense", "wrong type", "short"],
)
def test_nonsense_gets_no_answer_and_the_next_one_does(raw: bytes) -> None:
    """What is not a whole question is dropped, and no descriptor stays open."""
    hands, descriptor = Hands(), memory(DATA)
    with service(hands) as place:
        assert ask(place, raw, [descriptor]) == b""
        assert ask(place, GOOD, []) == b""
        assert decode_done(ask(place, GOOD, [descriptor])[HEADER.size :]).failure == ""
    os.close(descriptor)

    assert [data for _, data in hands.kept] == [DATA]


def test_question_with_more_or_less_than_its_content_gets_no_answer() -> None:
    """An end has none, a message has one."""
    hands, descriptor = Hands(), memory(DATA)
    settle = framed(encode(Settle("m1", delivered=True)))
    with service(hands) as place:
        assert ask(place, settle, [descriptor]) == b""
        assert decode_done(ask(place, settle, [])[HEADER.size :]).failure == ""
    os.close(descriptor)

    assert hands.settled == [Settle("m1", delivered=True)]


def test_file_for_a_worker_that_no_longer_listens_is_forgotten() -> None:
    """It gave up waiting, and put its message off."""
    ours, theirs = socket.socketpair()

    class Slow(Hands):
        def host(self, asked: Host, descriptor: int) -> str:
            theirs.close()
            return super().host(asked, descriptor)

    hands, descriptor = Slow(), memory(DATA)
    socket.send_fds(theirs, [framed(encode(Host(new(size=len(DATA)))))], [descriptor])
    os.close(descriptor)
    with ours, pytest.raises(BrokenPipeError):
        answer(ours, hands)

    assert (len(hands.hosted), hands.settled) == (1, [Settle("m1", delivered=False)])


def test_failure_is_said() -> None:
    """With its kind, for the worker's log."""
    hands, descriptor = Hands(), memory(DATA)
    hands.error = RuntimeError("broken")
    with service(hands) as place:
        answer = ask(place, GOOD, [descriptor])
    os.close(descriptor)

    assert decode_done(answer[HEADER.size :]).failure == "RuntimeError: broken"


def test_socket_of_a_killed_keeper_is_taken_over() -> None:
    """Its file may lie there; only its owner may use the new one."""
    with folder() as home:
        place = home / "keeper.sock"
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(place))
        running = KeeperService(place, Hands())

        assert place.stat().st_mode & 0o777 == 0o600
        running.close()
        assert not place.exists()


def test_more_questions_than_threads_are_turned_away() -> None:
    """While all threads wait for a disk, the next worker hears so at once."""
    free, entered = threading.Event(), threading.Semaphore(0)

    class Slow(Hands):
        def keep(self, asked: Keep, descriptor: int) -> None:
            entered.release()
            free.wait()

    descriptor, answers = memory(DATA), []
    with service(Slow()) as place:
        threads = [
            threading.Thread(target=lambda: answers.append(ask(place, GOOD, [descriptor]))) for _ in range(THREADS)
        ]
        for one in threads:
            one.start()
        for _ in threads:
            entered.acquire()
        turned_away = ask(place, GOOD, [descriptor])
        free.set()
        for one in threads:
            one.join()
    os.close(descriptor)

    assert (turned_away, len(answers), b"" in answers) == (b"", THREADS, False)
