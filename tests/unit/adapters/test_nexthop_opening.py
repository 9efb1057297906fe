"""The first hop that answers gets the mail; TLS is used as the setting says."""

import ssl
import threading
import time
from pathlib import Path

import pytest

from gateway.adapters import nexthop_opening
from gateway.adapters.nexthop_counters import HopCounters
from gateway.adapters.nexthop_names import Names
from gateway.adapters.nexthop_opening import Opener
from gateway.adapters.nexthop_pool import Pool
from gateway.model.errors import Deferred
from gateway.model.limits import Deadline
from gateway.model.reply import NEXT_HOP_DOWN
from gateway.model.tenant import Hop, Route, Scheme
from gateway.wire.smtp_client import Tls
from tests.unit.adapters.certificates import make_certificate
from tests.unit.adapters.handing_over import B, ask, deliver, hops, queued, route, soon
from tests.unit.adapters.standin_hop import DROP, SILENT, StandIn

pytestmark = pytest.mark.enable_socket

STARTTLS = b"250-standin.example\r\n250 STARTTLS\r\n"


async def test_silent_resolver_is_a_hop_that_is_down() -> None:
    """451 4.4.1 within the deadline, and the next hop of the list is tried with what time is left."""
    silence, counters = threading.Event(), HopCounters()

    def resolve(_name: str) -> tuple[str, ...]:
        silence.wait(20)
        return ()

    opener = Opener("gw.example", Tls.NEVER, Pool(), counters, Names(resolve))
    with pytest.raises(Deferred) as caught:
        await opener.open([Hop(Scheme.SMTP, "mx.example", 25)], Deadline(time.monotonic() + 0.05))
    silence.set()

    assert caught.value.reply == NEXT_HOP_DOWN.reply()
    assert counters.failures == {"connect": 1}


async def test_second_address_of_a_name_is_tried() -> None:
    """Where nobody listens at the first."""
    async with StandIn() as standin:
        names = Names(lambda _name: ("127.0.0.2", "127.0.0.1"))
        opener = Opener("gw.example", Tls.NEVER, Pool(), HopCounters(), names)
        connection = await opener.open([Hop(Scheme.SMTP, "mx.example", standin.hop.port)], soon())
        connection.abort()

    assert connection.hop.host == "mx.example"


@pytest.mark.parametrize(
    "script",
    [
        {"CONNECT": DROP},
        {"CONNECT": b"421 4.3.2 busy\r\n" + DROP},
        {"CONNECT": b"554 5.7.1 go away\r\n"},
        {"EHLO": b"421 4.3.2 busy\r\n"},
        {"EHLO": b"450 not now\r\n"},
        {"EHLO": b"500 what\r\n", "HELO": b"550 no\r\n"},
        {"EHLO": DROP},
    ],
)
async def test_a_hop_that_does_not_want_to_talk_is_passed_over(script: dict[str, bytes | list[bytes]]) -> None:
    """The next one gets the mail, and the client notices nothing."""
    async with StandIn(script) as first, StandIn() as second:
        reply = await deliver(hops(), first, second)

        assert queued == reply
    assert first.messages == []


async def test_a_hop_that_nobody_listens_at_is_passed_over() -> None:
    """A refused connection, and a name that does not exist, lead on to the next hop."""
    async with StandIn() as gone:
        closed = gone.hop
    async with StandIn() as second:
        conversation = await hops().open(Route((closed, Hop(Scheme.SMTP, "." * 70), second.hop)), soon())
        await conversation.release()

    assert str(second.hop) == conversation.features.name


async def test_no_hop_answers() -> None:
    """451 4.4.1 to the client; the log gets every hop with its reason."""
    gateway = hops()
    async with StandIn() as gone:
        closed = gone.hop
    async with StandIn({"CONNECT": b"554 5.7.1 go away\r\n"}) as second:
        with pytest.raises(Deferred) as raised:
            await gateway.open(Route((closed, second.hop)), soon())

    assert NEXT_HOP_DOWN.reply() == raised.value.reply
    assert f"{closed}: connect" in raised.value.reason
    assert f"{second.hop}: rejected: greeting: 554" in raised.value.reason
    expected = {"connect": 1, "rejected": 1}

    assert expected == gateway.counters.failures


@pytest.mark.parametrize("verb", ["CONNECT", "EHLO"])
async def test_a_silent_hop_does_not_hold_us_beyond_the_deadline(verb: str) -> None:
    """The greeting is bounded like every other command."""
    async with StandIn({verb: SILENT}) as standin:
        with pytest.raises(Deferred, match="timeout"):
            await hops().open(route(standin), soon(0.2))


async def test_a_hop_without_ehlo_gets_helo() -> None:
    """An old server still gets its mail, without any parameter."""
    async with StandIn({"EHLO": b"502 what\r\n"}) as standin:
        conversation = await hops().open(route(standin), soon())
        await ask(conversation, B)
        await conversation.release()

    assert standin.commands[1:3] == ["HELO gw.example", "MAIL FROM:<a@example.org>"]


@pytest.fixture
def server_tls(tmp_path: Path) -> ssl.SSLContext:
    certificate, key = make_certificate(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


async def test_tls_is_used_where_offered(server_tls: ssl.SSLContext) -> None:
    """may: the mail goes over TLS although nobody vouches for the certificate."""
    gateway = hops(Tls.MAY)
    async with StandIn({"EHLO": STARTTLS}, tls=server_tls) as standin:
        reply = await deliver(gateway, standin)

        assert queued == reply
        await gateway.close()

    assert standin.sessions[0].over_tls
    assert standin.commands[:4] == ["EHLO gw.example", "STARTTLS", "EHLO gw.example", "MAIL FROM:<a@example.org>"]


async def test_a_failed_handshake_goes_on_in_plaintext() -> None:
    """may: a hop that offers what it cannot do is asked again without."""
    gateway = hops(Tls.MAY)
    async with StandIn({"EHLO": STARTTLS, "STARTTLS": b"220 go\r\n" + DROP}) as standin:
        reply = await deliver(gateway, standin)

        assert queued == reply

    assert len(standin.sessions) == 2
    assert gateway.counters.failures == {"tls": 1}


async def test_never_means_never(server_tls: ssl.SSLContext) -> None:
    """never: the offer is ignored."""
    async with StandIn({"EHLO": STARTTLS}, tls=server_tls) as standin:
        reply = await deliver(hops(Tls.NEVER), standin)

        assert queued == reply
    assert "STARTTLS" not in standin.commands


async def test_an_unknown_certificate_is_refused_where_it_must_be_verified(server_tls: ssl.SSLContext) -> None:
    """verify: no mail in plaintext, and none to a stranger."""
    async with StandIn({"EHLO": STARTTLS}, tls=server_tls) as standin:
        with pytest.raises(Deferred, match="tls"):
            await deliver(hops(Tls.VERIFY), standin)
    assert len(standin.sessions) == 1


async def test_a_known_certificate_is_taken(
    server_tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """verify: what the system trusts gets its mail."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    gateway = hops(Tls.VERIFY)
    async with StandIn({"EHLO": STARTTLS}, tls=server_tls) as standin:
        reply = await deliver(gateway, standin)

        assert queued == reply
        await gateway.close()
    assert standin.sessions[0].over_tls


async def test_a_dead_hop_is_not_asked_for_every_message() -> None:
    """The second message goes straight to the hop that answered."""
    gateway = hops()
    async with StandIn({"CONNECT": DROP}) as first, StandIn({"DOT": b"250 ok\r\n"}) as second:
        for _ in range(3):
            await deliver(gateway, first, second)
        await gateway.close()

    assert (len(first.sessions), len(second.messages)) == (1, 3)


async def test_a_shunned_hop_still_serves_where_nobody_else_does() -> None:
    """It is the last, not gone; once it answers it is the first again."""
    gateway = hops()
    async with StandIn({"CONNECT": DROP}, {}) as first, StandIn({}, {"CONNECT": DROP}) as second:
        await deliver(gateway, first, second)
        await gateway.close()
        rescued = await deliver(gateway, first, second)
        await gateway.close()
        preferred = await gateway.open(route(first, second), soon())
        await preferred.release()
        await gateway.close()

    assert (queued, str(first.hop)) == (rescued, preferred.features.name)


async def test_a_single_hop_that_is_back_serves_at_once() -> None:
    """After every fault the next ordinary message is served."""
    gateway = hops()
    async with StandIn({"CONNECT": DROP}, {}) as standin:
        with pytest.raises(Deferred):
            await deliver(gateway, standin)
        reply = await deliver(gateway, standin)
        await gateway.close()

    assert queued == reply


async def test_shunning_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of the route holds again after some seconds."""
    monkeypatch.setattr(nexthop_opening, "SHUN_SECONDS", 0.0)
    gateway = hops()
    async with StandIn({"CONNECT": DROP}, {}) as first, StandIn() as second:
        await deliver(gateway, first, second)
        await deliver(gateway, first, second)
        await gateway.close()

    assert len(first.messages) == 1
