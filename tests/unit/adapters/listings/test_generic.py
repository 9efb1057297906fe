"""Any service that tells over HTTP whether a domain is listed."""

import pytest

from gateway.adapters.http_client import HttpError
from gateway.adapters.listings.generic import HttpSource, value_at
from gateway.reputation.listings import Word
from tests.services.ports import free_ports
from tests.services.web_service import web_service


@pytest.mark.enable_socket
async def test_status_tells() -> None:
    """200 is listed, 404 is clean, and everything else is silence."""
    statuses = {"/one.example": 200, "/two.example": 404, "/three.example": 503, "/four.example": 302}
    with web_service(lambda request: (statuses[request.path], b"")) as service:
        names = [path[1:] for path in statuses]
        said = await HttpSource("status", f"{service.url}/{{domain}}").ask(names)

    assert [Word.LISTED, Word.CLEAN, Word.SILENT, Word.SILENT] == [said[name].word for name in names]


@pytest.mark.enable_socket
async def test_value_tells() -> None:
    """What is empty is clean; what is not there is silence, as are other statuses."""
    answers = {
        "/?q=one.example": (200, {"result": {"lists": ["bad"]}}),
        "/?q=two.example": (200, {"result": {"lists": []}}),
        "/?q=three.example": (200, {"result": {}}),
        "/?q=four.example": (404, {"result": {"lists": ["bad"]}}),
    }
    with web_service(lambda request: answers[request.path]) as service:
        names = [path[4:] for path in answers]
        said = await HttpSource("value", f"{service.url}/?q={{domain}}", "/result/lists").ask(names)

    assert [Word.LISTED, Word.CLEAN, Word.SILENT, Word.SILENT] == [said[name].word for name in names]


@pytest.mark.enable_socket
async def test_name_cannot_leave_its_place_in_the_address() -> None:
    """Names come from settings and the database; an odd one asks for nothing else."""
    with web_service(lambda _: (404, b"")) as service:
        await HttpSource("status", f"{service.url}/{{domain}}").ask(["a/../b?c#d"])

    assert ["/a%2F..%2Fb%3Fc%23d"] == [request.path for request in service.requests]


@pytest.mark.enable_socket
async def test_server_that_is_down_is_silence() -> None:
    """Nobody listens there."""
    [port] = free_ports(1)
    said = await HttpSource("status", f"http://127.0.0.1:{port}/{{domain}}").ask(["one.example"])

    assert Word.SILENT == said["one.example"].word


def test_pointer_finds_its_value() -> None:
    """As RFC 6901 writes it; the empty one is the whole."""
    content = {"a/b": {"m~n": [0, {"x": 7}]}}

    assert 7 == value_at(content, "/a~1b/m~0n/1/x")
    assert content == value_at(content, "")


@pytest.mark.parametrize("pointer", ["/b", "/a/2", "/a/-", "/a/x", "/a/0/y", "/a/\u0661"])
def test_pointer_to_nothing_is_trouble(pointer: str) -> None:
    """A service that changed its shape says nothing."""
    with pytest.raises(HttpError):
        value_at({"a": [1, 2]}, pointer)
