"""The whole path for end-to-end tests: real Postfix, real clamd, the gateway as a process of its own."""

from collections.abc import Iterator

import pytest

from tests.e2e.mails import USERS, fresh_token
from tests.services import postfix
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.gateway import Gateway
from tests.services.ports import HOST
from tests.services.postfix import Postfix


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Allow TCP on loopback."""
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.enable_socket)


@pytest.fixture(scope="session")
def inbox() -> Iterator[Capture]:
    """Where mail ends that passed everything."""
    with Capture() as capture:
        yield capture


@pytest.fixture(scope="session")
def behind(inbox: Capture) -> Iterator[Postfix]:
    """Run the tenant's mail system: a Postfix that knows its users."""
    instance = postfix.behind(inbox.port, USERS)
    yield instance
    instance.stop()


@pytest.fixture(scope="session")
def gateway(behind: Postfix, clamd: Clamd) -> Iterator[Gateway]:
    """Run a gateway before that Postfix."""
    with Gateway.running(f"smtp://{HOST}:{behind.port}", clamd.unix) as running:
        yield running


@pytest.fixture(scope="session")
def front(gateway: Gateway) -> Iterator[Postfix]:
    """Run an MTA of the world, which sends to the gateway."""
    instance = postfix.front(gateway.port)
    yield instance
    instance.stop()


@pytest.fixture
def token() -> str:
    """Return a word that marks this test's mail."""
    return fresh_token()
