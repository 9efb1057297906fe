"""A message on its way in, and what may go wrong with it."""

import asyncio

import pytest

from gateway.doors.admission import Admission, Bounds
from gateway.doors.reception import Reception
from gateway.model.errors import Deferred, GatewayError, Refused
from gateway.model.reply import DISK_FULL, Reply
from gateway.wire.dots import DataDecoder
from tests.unit.pipeline.world import Bytes


class FullDisk(Bytes):
    """A spool whose disk is full after the first chunk: a stand-in for what no test can arrange."""

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        if self.size:
            raise Deferred(DISK_FULL.reply(), "disk full")
        super().write(chunk)


def reception(spool: Bytes | None = None, max_size: int = 1000, in_flight: int = 1000) -> tuple[Admission, Reception]:
    """Return a reception, and the book that it counts in."""
    book = Admission(Bounds(1, 1, in_flight, 0.0))
    return book, Reception(spool or Bytes(), DataDecoder(max_size), book)


def refusal(taken: Reception, hops: int = 50) -> str:
    """Return the code with which the message is refused, or nothing."""
    try:
        taken.check(system_size=500)
        taken.check_hops(hops)
    except GatewayError as error:
        return f"{error.reply.code} {error.reply.enhanced}"
    return ""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"fine\r\n", ""),
        (b"bare\nline\r\n", "554 5.6.0"),
        (b"x" * 400 + b"\r\n", "552 5.2.3"),
        (b"x" * 600 + b"\r\n", "552 5.3.4"),
        (b"bare\n" + b"x" * 600 + b"\r\n", "554 5.6.0"),
    ],
)
def test_defect_decides_the_refusal(data: bytes, expected: str) -> None:
    """300 bytes is the recipient's limit here, 500 the system's."""
    _, taken = reception(max_size=300)

    taken.feed(data + b".\r\n")

    assert expected == refusal(taken)


def test_full_disk_is_told_after_the_end_of_data() -> None:
    """Reading goes on in step, and nothing of the rest is stored."""
    spool = FullDisk()
    _, taken = reception(spool)

    for chunk in (b"one\r\n", b"two\r\n", b"three\r\n", b".\r\nQUIT\r\n"):
        taken.feed(chunk)

    assert (taken.decoder.ended, refusal(taken)) == (True, "452 4.3.1")


def test_bytes_in_flight_are_counted_and_given_back_once() -> None:
    """The budget is right after every message, closed twice or not."""
    book, taken = reception(in_flight=10)

    taken.feed(b"12345678\r\n12345678\r\n.\r\n")
    full = refusal(taken)
    taken.close()
    taken.close()

    assert (full, book.counters.bytes_in_flight) == ("452 4.3.1", 0)


def test_book_shows_what_is_spooled() -> None:
    """While a message is here it counts."""
    book, taken = reception()

    taken.feed(b"12345678\r\n.\r\n")

    assert book.counters.bytes_in_flight == 10


@pytest.mark.parametrize(
    ("head", "hops", "expected"),
    [
        (b"Received: a\r\nreceived: b\r\n\r\nReceived: body\r\n", 2, ""),
        (b"Received: a\r\nreceived: b\r\n\r\n", 1, "554 5.4.6"),
        (b"Received: a\r\n Received: folded\r\n", 1, ""),
        (b"\r\nReceived: body\r\n", 0, ""),
    ],
)
def test_loop_is_counted_in_the_header_only(head: bytes, hops: int, expected: str) -> None:
    """Fields count, in any case; folded lines and the body do not."""
    _, taken = reception()

    taken.feed(head + b".\r\n")

    assert expected == refusal(taken, hops)


@pytest.mark.parametrize(("data", "expected"), [(b"a.b\r\n", True), (b"..\r\n", False)])
def test_spool_knows_of_dots_at_line_starts(data: bytes, expected: bool) -> None:  # noqa: FBT001
    """Once the message has ended, and not before."""
    spool = Bytes()
    _, taken = reception(spool)

    taken.feed(data)
    before = spool.is_dotless
    taken.feed(b".\r\n")

    assert (False, expected) == (before, spool.is_dotless)


def test_refusals_are_final_and_troubles_are_not() -> None:
    """Whose turn it is."""
    _, bare = reception()
    _, full = reception(in_flight=1)

    for taken in (bare, full):
        taken.feed(b"a\r\n.\r\n" if taken is full else b"a\n\r\n.\r\n")

    with pytest.raises(Refused):
        bare.check(500)
    with pytest.raises(Deferred):
        full.check(500)


async def test_spool_outlives_its_message_while_somebody_reads_it() -> None:
    """A step that ignores its deadline never finds another message behind its descriptor."""
    spool, end = Bytes(), asyncio.Event()
    book, taken = reception(spool)
    taken.feed(b"hi\r\n.\r\n")

    async def hanging() -> Reply:
        await end.wait()
        return DISK_FULL.reply()

    work = asyncio.create_task(hanging())
    taken.close_after(work)
    before = (spool.is_closed, book.counters.bytes_in_flight)
    end.set()
    await work
    await asyncio.sleep(0)

    assert before == (False, 4)
    assert (spool.is_closed, book.counters.bytes_in_flight) == (True, 0)
