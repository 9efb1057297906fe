"""Orders of programs."""

import json
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from gateway.adapters.sql import audit
from gateway.adapters.sql.engine import reading
from gateway.adapters.storeplace import StoreError
from gateway.model.hosted import FileState
from gateway.web.orders.app import Orders
from gateway.web.orders.callers import Callers
from tests.unit.jobs.shelf import Shelf

TOKEN = "0123456789abcdef" * 4


class Desk:
    """A shelf, and the API over it."""

    def __init__(self, folder: Path) -> None:
        (folder / "tokens").write_text(f"mailbox {TOKEN}\n")
        self.shelf = Shelf(folder)
        orders = Orders(self.shelf.files, Callers(folder / "tokens"), StoreError)
        self.client = AsyncClient(
            transport=ASGITransport(orders.app()),
            base_url="http://127.0.0.1",
            headers={"Authorization": f"Bearer {TOKEN}"},
        )

    async def post(self, path: str, **order: Any) -> tuple[int, Any]:
        """Give an order."""
        answer = await self.client.post(path, content=json.dumps(order))
        return answer.status_code, answer.json()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give two files of one sender."""
    made = Desk(tmp_path)
    made.shelf.put("f1", b"one", message_id="<spam@sender.example>")
    made.shelf.put("f2", b"two")
    return made


@pytest.mark.parametrize(
    ("which", "gone"),
    [
        ({"id": "f1"}, ["f1"]),
        ({"message_id": "<spam@sender.example>"}, ["f1"]),
        ({"message": "f2"}, ["f2"]),
        ({"sender": "ada@sender.example"}, ["f1", "f2"]),
        ({"sender": "ada@sender.example", "tenant": "other"}, []),
    ],
)
async def test_files_are_taken_back(desk: Desk, which: dict[str, str], gone: list[str]) -> None:
    """By file, message, Message-ID, sender; with the caller's name in the audit log."""
    answer = await desk.post("/v1/files/revoke", reason="spam", **which)
    with reading(desk.shelf.store.engine) as connection:
        who = [one.who for one in audit.entries(connection)]

    assert (200, {"revoked": len(gone)}) == answer
    assert gone == [one for one, state in desk.shelf.states().items() if state is FileState.REVOKED]
    assert ["api:mailbox"] * bool(gone) == who


async def test_file_is_given_out_again(desk: Desk) -> None:
    """Once; what is given out cannot be restored."""
    await desk.post("/v1/files/revoke", id="f1", reason="spam")

    assert await desk.post("/v1/files/restore", id="f1", reason="mistake") == (200, {"restored": True})
    assert await desk.post("/v1/files/restore", id="f1", reason="mistake") == (409, {"restored": False})
    assert desk.shelf.find("f1").state is FileState.LIVE


@pytest.mark.parametrize(
    "order",
    [
        {"id": "f1"},
        {"id": "f1", "reason": " "},
        {"reason": "all"},
        {"tenant": "acme", "reason": "all of a tenant"},
        {"id": 5, "reason": "x"},
        {"id": "f1", "reason": "x", "everything": True},
        {"id": "f1", "reason": "x" * 70_000},
    ],
)
async def test_order_that_is_not_clear_changes_nothing(desk: Desk, order: dict[str, Any]) -> None:
    """400, and every file as it was."""
    status, answer = await desk.post("/v1/files/revoke", **order)

    assert (400, True) == (status, bool(answer["error"]))
    assert set(desk.shelf.states().values()) == {FileState.LIVE}


@pytest.mark.parametrize("path", ["/v1/files", "/v1/files/f1"])
async def test_strangers_learn_nothing(desk: Desk, path: str) -> None:
    """Not even whether there is such a file."""
    for field in ("", "Bearer x", f"Basic {TOKEN}"):
        answer = await desk.client.get(path, headers={"Authorization": field})
        assert (401, {"error": "unknown caller"}) == (answer.status_code, answer.json())


async def test_files_are_shown(desk: Desk) -> None:
    """By what an order would name, newest first."""
    found = (await desk.client.get("/v1/files", params={"sender": "ada@sender.example", "state": "live"})).json()
    one = (await desk.client.get("/v1/files/f1")).json()

    assert ["f1", "f2"] == sorted(file["id"] for file in found["files"])
    assert ("plan.pdf", "live") == (one["name"], one["state"])
    assert (await desk.client.get("/v1/files/f9")).status_code == 404
    assert (await desk.client.get("/v1/files", params={"colour": "red"})).status_code == 400
    assert (await desk.client.get("/v1/files", params={"state": "lost"})).status_code == 400


async def test_store_that_fails_is_a_moments_trouble(desk: Desk) -> None:
    """503, nothing of the reason."""
    with desk.shelf.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE hosted RENAME TO lost")
    status, answer = await desk.post("/v1/files/revoke", id="f1", reason="x")

    assert (503, {"error": "not possible now"}) == (status, answer)
