"""Small questions over HTTP, to a real server on the loopback."""

from collections.abc import Iterator

import pytest

from gateway.adapters import http_client
from gateway.adapters.http_client import HttpAnswer, HttpError
from tests.services.ports import free_ports
from tests.services.web_service import WebService, web_service

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def service() -> Iterator[WebService]:
    """Answer with an empty object."""
    with web_service(lambda _: (200, {})) as one:
        yield one


async def test_question_and_answer(service: WebService) -> None:
    """JSON goes out with the header fields that were given, and comes back as it is."""
    service.answer = lambda request: (201, request.json())
    answer = await http_client.post(f"{service.url}/hook", {"a": [1]}, {"X-Key": "k"})

    assert (201, {"a": [1]}) == (answer.status, answer.json())
    assert ("POST", "/hook", "k") == (
        service.requests[0].method,
        service.requests[0].path,
        service.requests[0].headers["x-key"],
    )


async def test_redirect_is_an_answer_like_any_other(service: WebService) -> None:
    """It is not followed: a key would go along."""
    service.answer = lambda _: (302, b"")
    answer = await http_client.get(service.url)

    assert (HttpAnswer(302, b""), 1) == (answer, len(service.requests))


async def test_endless_answer_is_cut(service: WebService) -> None:
    """Nobody fills the memory with one."""
    service.answer = lambda _: (200, b"x" * (2 << 20))

    with pytest.raises(HttpError, match="too long"):
        await http_client.get(service.url)


async def test_trouble_names_no_secret() -> None:
    """Addresses of webhooks hold secrets."""
    [port] = free_ports(1)

    with pytest.raises(HttpError, match="no answer") as raised:
        await http_client.get(f"http://127.0.0.1:{port}/secret-token")

    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("url", ["nonsense", "http://", "http://127.0.0.1:99999/", "http://a\x00b/", "ftp://x/"])
async def test_address_that_is_none_is_trouble(url: str) -> None:
    """As an admin may write it."""
    with pytest.raises(HttpError):
        await http_client.get(url)


@pytest.mark.parametrize("body", [b"", b"no", b"[" * 100_000, b"\xff"])
def test_body_that_is_no_json_is_trouble(body: bytes) -> None:
    """Whatever a server sends."""
    with pytest.raises(HttpError, match="not JSON"):
        HttpAnswer(200, body).json()
