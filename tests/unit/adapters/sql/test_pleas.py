"""What recipients ask for stays open until somebody answers."""

from gateway.adapters.sql.hosted import SqlHosted
from gateway.adapters.sql.lending import SqlLending
from gateway.adapters.sql.pleas import SqlRequests
from gateway.adapters.sql.store import Store
from gateway.ports.files import Plea
from gateway.ports.upkeep import Request
from tests.unit.adapters.sql.hosting import new


def plea(at: float) -> Plea:
    """Return what somebody asks."""
    return Plea(at, "digest", "192.0.2.0/24", "bob@acme.example", "please")


def test_requests_are_listed_until_they_are_settled(store: Store) -> None:
    """Newest first; an answer settles all of one file."""
    files, lending, requests = SqlHosted(store.engine), SqlLending(store.engine), SqlRequests(store.engine, lambda: 9.0)
    for file_id in ("f1", "f2"):
        files.add(new(id=file_id))
    for at, file_id in enumerate(("f1", "f2", "f1"), 1):
        lending.plead(file_id, plea(float(at)), 0.0, 5)

    assert [("f1", 3.0), ("f2", 2.0), ("f1", 1.0)] == [
        (one.file, one.at) for one in requests.list(9, with_settled=False)
    ]
    assert [2, 0] == [requests.settle("f1", "ada") for _ in range(2)]
    words = "<bob@acme.example> please"
    assert [Request("f2", 2.0, "192.0.2.0/24", words, 0.0, "")] == list(requests.list(9, with_settled=False))
    assert Request("f1", 3.0, "192.0.2.0/24", words, 9.0, "ada") == requests.list(1, with_settled=True)[0]
