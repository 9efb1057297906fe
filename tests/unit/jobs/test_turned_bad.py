"""Who is told of a file that turned bad."""

from gateway.jobs.turned_bad import revoke
from gateway.model.hosted import FileState
from gateway.model.policy import Policy
from gateway.model.scan import Outcome, ScanResult
from tests.unit.jobs.shelf import Shelf

RESULT = ScanResult("f1", Outcome.INFECTED, "Worm", "Scanner/1")


def no_policy(_tenant: str) -> Policy | None:
    """Know of no tenant."""
    return None


def test_tenants_that_are_gone_lose_their_files_too(shelf: Shelf) -> None:
    """Nobody says that the finding is a mistake."""
    one = shelf.put("f1", b"bad")
    shelf.put("f2", b"bad", tenant="gone")
    alarm = revoke(one, RESULT, shelf.files, no_policy, 2000.0)

    assert alarm is not None
    assert {"f1": FileState.REVOKED, "f2": FileState.REVOKED} == shelf.states()
    assert (["acme", "gone"], "Worm", "Scanner/1") == tuple(
        alarm.detail[key] for key in ("tenants", "signature", "engine")
    )


def test_alarm_is_bounded(shelf: Shelf) -> None:
    """It names a thousand recipients, and says how many there are."""
    everybody = tuple(f"r{number}@acme.example" for number in range(1500))
    alarm = revoke(shelf.put("f1", b"bad", recipients=everybody), RESULT, shelf.files, no_policy, 2000.0)
    assert alarm is not None
    named = alarm.detail["recipients"]

    assert isinstance(named, list)
    assert (1000, 1500) == (len(named), alarm.detail["recipients_in_all"])


def test_who_comes_second_tells_nobody(shelf: Shelf) -> None:
    """Two processes found it at the same moment; one alarm is enough."""
    one = shelf.put("f1", b"bad")

    assert [True, False] == [bool(revoke(one, RESULT, shelf.files, no_policy, 2000.0)) for _ in range(2)]
