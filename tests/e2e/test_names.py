"""A next hop that is named by its host, where the name server keeps silent."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.mails import plain
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import Answer, send
from tests.services.gateway import TENANT, Gateway
from tests.services.ports import HOST

SERVER = "127.53.53.53"
TENANTS = {
    "example": TENANT,
    "other": TENANT.replace("example", "other").replace("{next_hop}", "smtp://hop.silent.test:25"),
}
_Socket = socket.socket  # pytest-socket guards the name; the name server is ours


@pytest.fixture
def silent_name_server(tmp_path: Path) -> Iterator[list[str]]:
    """Take questions and answer none; give the command under which programs ask there (it needs root)."""
    settings = tmp_path / "resolv.conf"
    settings.write_text(f"nameserver {SERVER}\noptions timeout:20 attempts:2\n")
    with _Socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((SERVER, 53))
        mount = f'mount --bind {settings} /etc/resolv.conf && exec "$@"'
        yield ["unshare", "--mount", "--propagation", "private", "sh", "-c", mount, "sh"]


def test_silent_name_server_is_451_in_time_and_others_are_served(
    token: str, clamd: Clamd, silent_name_server: list[str]
) -> None:
    """Forty clients ask for the nameless hop at once: each hears 451 4.4.1, and mail for others flows meanwhile."""
    with (
        Capture() as hop,
        Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix, tenants=TENANTS, under=silent_name_server) as gateway,
    ):
        refused = list[Answer]()

        def ask() -> None:
            refused.append(send(gateway.port, plain(token), recipient="bob@other.test"))

        asking = [threading.Thread(target=ask) for _ in range(40)]
        for one in asking:
            one.start()
        passed = [send(gateway.port, plain(f"passed-{token}")).code for _ in range(10)]
        still_asking = sum(one.is_alive() for one in asking)
        for one in asking:
            one.join(60)
        reasons = [line["reason"] for line in gateway.events("refused")]

    assert passed == [250] * 10
    assert still_asking == 40
    assert {str(one).partition(":")[0] for one in refused} == {"451 4.4.1 next_hop_down"}
    assert (len(refused), ["TimeoutError" in one for one in reasons]) == (40, [True] * 40)
