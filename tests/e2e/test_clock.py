"""The wall clock jumps, under libfaketime: deadlines do not notice, and only the dates of mails show it."""

import email
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from tests.e2e.mails import plain
from tests.services.clamd import Clamd
from tests.services.client import Answer, Client, send
from tests.services.gateway import Gateway
from tests.services.ports import HOST
from tests.services.scripted_hop import Hold, ScriptedHop

(LIBRARY, *_) = [*Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), Path("libfaketime.so.1")]
JUMPS = ["-3d", "+3d"]


@pytest.fixture
def hop() -> Iterator[ScriptedHop]:
    """Run a next hop that can be made to wait."""
    with ScriptedHop({}) as running:
        yield running


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """Give the file that says by how much the gateway's wall clock is wrong."""
    path = tmp_path / "clock"
    path.write_text("+0s\n")
    return path


@pytest.fixture
def gateway(clock: Path, hop: ScriptedHop, clamd: Clamd) -> Iterator[Gateway]:
    """Run a gateway that sees this clock."""
    under = [
        "env",
        f"LD_PRELOAD={LIBRARY}",
        f"FAKETIME_TIMESTAMP_FILE={clock}",
        "FAKETIME_NO_CACHE=1",
        "FAKETIME_DONT_FAKE_MONOTONIC=1",
        "FAKETIME_DONT_RESET=1",
    ]
    with Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix, under=under) as running:
        yield running


def received(hop: ScriptedHop, token: str) -> datetime:
    """Return the time in our trace field of the one message with a token."""
    (arrived,) = hop.containing(token)
    return parsedate_to_datetime(str(email.message_from_bytes(arrived.data)["Received"]).rpartition(";")[2].strip())


@pytest.mark.parametrize("jump", JUMPS)
def test_mail_passes_over_a_jump_and_its_date_tells_the_clock(
    jump: str, token: str, clock: Path, gateway: Gateway, hop: ScriptedHop
) -> None:
    """Nothing times out, nothing waits for the old time to come back; the ids differ."""
    with Client(gateway.port) as client:
        before = client.send(plain(f"before-{token}"))
        clock.write_text(f"{jump}\n")
        after = client.send(plain(f"after-{token}"))
    fresh = send(gateway.port, plain(f"fresh-{token}"))
    moved = received(hop, f"after-{token}") - received(hop, f"before-{token}")

    assert [one.code for one in (before, after, fresh)] == [250] * 3
    assert len({one.id for one in (before, after, fresh)}) == 3
    assert abs(moved - timedelta(days=int(jump[:-1]))) < timedelta(hours=1)
    assert abs(received(hop, f"before-{token}") - datetime.now(UTC)) < timedelta(hours=1)


@pytest.mark.parametrize("jump", JUMPS)
def test_message_under_way_keeps_its_deadline(
    jump: str, token: str, clock: Path, gateway: Gateway, hop: ScriptedHop
) -> None:
    """The clock jumps while the next hop thinks: its answer is awaited, and is the client's."""
    hold, said = Hold(), list[Answer]()
    hop.faults["DOT"] = hold
    sending = threading.Thread(target=lambda: said.append(send(gateway.port, plain(token))))
    sending.start()
    hop.wait_for(token)
    clock.write_text(f"{jump}\n")
    ready = gateway.is_ready()
    hold.released.set()
    sending.join(60)

    assert ([one.code for one in said], ready) == ([250], True)
