"""Hosted files scanned again: only a whole verdict changes anything."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.clamav import ClamAV
from gateway.adapters.spool import SpoolFolder
from gateway.jobs.checking import Meaning, meaning
from gateway.model.hosted import FileState
from gateway.model.limits import Deadline
from gateway.model.policy import Action, Hosting, IgnoredSignature
from gateway.model.scan import Outcome, ScanResult
from gateway.ports.alarms import Alarm
from gateway.ports.blobs import Blob
from gateway.ports.files import Unavailable
from gateway.ports.hosting import Which
from tests.services.clamd import BODY_MARK, Clamd
from tests.unit.jobs.shelf import Shelf, policies
from tests.unit.policy.samples import policy

INFECTED = ScanResult("f1", Outcome.INFECTED, "Worm", "Scanner/1")
LENIENT = policy(ignore_signatures=(IgnoredSignature("Worm", 100.0),), unscannable=Action.ALLOW)


def soon() -> Deadline:
    """Return a deadline that no test reaches."""
    return Deadline(time.monotonic() + 60)


@pytest.fixture
async def real(tmp_path: Path, clamd: Clamd) -> AsyncIterator[Shelf]:
    """Return a shelf that asks a real clamd."""
    folder = tmp_path / "real"
    folder.mkdir()
    scanner = ClamAV([clamd.unix], SpoolFolder(folder / "scanning"))
    shelf = Shelf(folder, scanner)
    yield shelf
    scanner.close()
    shelf.store.close()


@pytest.mark.parametrize(
    ("outcome", "strict", "lenient", "without"),
    [
        (Outcome.CLEAN, Meaning.CLEAN, Meaning.CLEAN, Meaning.CLEAN),
        (Outcome.INFECTED, Meaning.BAD, Meaning.CLEAN, Meaning.BAD),
        (Outcome.OVER_LIMIT, Meaning.OPEN, Meaning.CLEAN, Meaning.OPEN),
        (Outcome.UNKNOWN, Meaning.OPEN, Meaning.OPEN, Meaning.OPEN),
    ],
)
def test_policy_says_what_a_result_means(outcome: Outcome, strict: Meaning, lenient: Meaning, without: Meaning) -> None:
    """Strictest where a tenant has no policy any more; an ignored signature counts again after its time."""
    one = replace(INFECTED, outcome=outcome)

    assert (strict, lenient, without) == tuple(meaning(one, by, 50.0) for by in (policy(), LENIENT, None))
    assert meaning(INFECTED, LENIENT, 100.0) is Meaning.BAD


async def test_clean_file_goes_on_living(real: Shelf) -> None:
    """A real clamd looked; its name and the time are noted."""
    before = real.put("f1", b"honest")

    assert await real.checking.rescan(before, soon()) is FileState.LIVE
    after = real.find("f1")
    assert (True, True) == (after.scanned_at > before.scanned_at, after.signatures.startswith("ClamAV "))


async def test_file_that_waits_for_its_scan_lives_when_it_is_clean(real: Shelf) -> None:
    """Its mail was delivered before."""
    waiting = real.put("f1", b"honest", scanned_at=0.0)

    assert (FileState.SCANNING, FileState.LIVE) == (waiting.state, await real.checking.rescan(waiting, soon()))


async def test_bad_file_is_revoked_wherever_it_is(real: Shelf) -> None:
    """From all tenants; an alarm names who may have it, of the last thirty days."""
    day, content, now = 86400.0, b"x" + BODY_MARK, time.time()
    one = real.put("f1", content, created_at=now - day, downloads=2)
    real.put("f2", content, tenant="other", recipients=("eve@other.example",), created_at=now - 31 * day)
    real.put("f3", content, recipients=("ann@acme.example",), created_at=now - 2 * day, message_id="<2@x>")
    real.put("f4", b"honest")

    assert await real.checking.rescan(one, soon()) is FileState.REVOKED
    assert {**dict.fromkeys(("f1", "f2", "f3"), FileState.REVOKED), "f4": FileState.LIVE} == real.states()
    assert "malware: Postern.Test.Body.UNOFFICIAL" == real.find("f2").reason
    (alarm,) = real.bells.rung
    told = {key: alarm.detail[key] for key in ("tenants", "recipients", "revoked", "downloads", "domains")}
    assert ("hosted_malware", "f1") == (alarm.event, alarm.subject)
    assert {
        "tenants": ["acme"],
        "recipients": ["ann@acme.example", "bob@acme.example"],
        "revoked": 3,
        "downloads": 2,
        "domains": ["files1.example"],
    } == told


async def test_signature_that_clamd_has_learnt_counts_at_once(real: Shelf, clamd: Clamd) -> None:
    """No verdict of a moment ago is remembered, though the version of official signatures is the same."""
    one = real.put("f1", b"a worm of today")
    first = await real.checking.rescan(one, soon())
    clamd.add_signature("Postern.Test.Today", b"worm of today")
    clamd.restart()

    assert (FileState.LIVE, FileState.REVOKED) == (first, await real.checking.rescan(one, soon()))


async def test_tenant_that_takes_the_finding_for_a_mistake_keeps_its_file(shelf: Shelf) -> None:
    """The other one loses it."""
    shelf.policies = policies(
        policy(name="acme"),
        replace(LENIENT, name="other", ignore_signatures=(IgnoredSignature("Worm", time.time() + 1000),)),
    )
    shelf.scanner.known[b"bad"] = "Worm"
    one, theirs = shelf.put("f1", b"bad"), shelf.put("f2", b"bad", tenant="other")
    checked = await shelf.checking.check([one, theirs], soon())
    await shelf.checking.settle(checked)

    assert {"f1": FileState.REVOKED, "f2": FileState.LIVE} == shelf.states()


@pytest.mark.parametrize("trouble", ["silent", "over limit", "gone", "damaged"])
async def test_what_is_no_verdict_changes_nothing(trouble: str, shelf: Shelf) -> None:
    """Whoever asked hears that nobody could say; the file stays due."""
    one = shelf.put("f1", b"honest")
    blob = Blob(one.tenant, one.sha256)
    match trouble:
        case "silent":
            shelf.scanner.engine = ""
        case "over limit":
            shelf.scanner.outcomes[b"honest"] = Outcome.OVER_LIMIT
        case "gone":
            shelf.store.blobs.delete(blob)
        case _:
            contents = shelf.store.place.contents
            assert contents is not None
            next(contents.rglob(one.sha256)).write_bytes(b"another")
    with pytest.raises(Unavailable):
        await shelf.checking.rescan(one, soon())

    assert one == shelf.find("f1")


async def test_file_that_waits_for_a_verdict_that_never_comes_is_taken_back(shelf: Shelf) -> None:
    """The policy lets nothing pass that cannot be scanned to its end; its mail went out before anybody could know."""
    waiting = shelf.put("f1", b"bomb", scanned_at=0.0)
    shelf.scanner.outcomes[b"bomb"] = Outcome.OVER_LIMIT
    with pytest.raises(Unavailable):
        await shelf.checking.rescan(waiting, soon())

    assert (FileState.REVOKED, "cannot be scanned to its end") == (shelf.find("f1").state, shelf.find("f1").reason)


async def test_file_that_many_ask_for_is_scanned_once(shelf: Shelf) -> None:
    """They wait for one scan; so do files of the same tenant with the same content."""
    files = [shelf.put(f"f{number}", b"honest") for number in range(3)]
    states = await asyncio.gather(*(shelf.checking.rescan(one, soon()) for one in (*files, files[0])))

    assert ([FileState.LIVE] * 4, [b"honest"]) == (states, shelf.scanner.seen)


async def test_who_leaves_early_keeps_nobody_from_being_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """The alarm is slow, and the one who clicked goes away; it rings all the same, after the file was revoked."""
    shelf.scanner.known[b"bad"] = "Worm"
    one, ringing, goes_on = shelf.put("f1", b"bad"), asyncio.Event(), asyncio.Event()
    sound, seen = shelf.bells.sound, list[FileState]()

    async def slow(alarm: Alarm) -> None:
        seen.append(shelf.find("f1").state)
        ringing.set()
        await goes_on.wait()
        await sound(alarm)

    monkeypatch.setattr(shelf.bells, "sound", slow)
    click = asyncio.create_task(shelf.checking.rescan(one, soon()))
    await ringing.wait()
    click.cancel()
    with pytest.raises(asyncio.CancelledError):
        await click
    (settling,) = shelf.checking._settling
    goes_on.set()
    await settling

    assert ([FileState.REVOKED], ["hosted_malware"]) == (seen, [alarm.event for alarm in shelf.bells.rung])


async def test_store_that_is_gone_is_heard(shelf: Shelf) -> None:
    """As a scanner that is silent: whoever asked may come again."""
    one = shelf.put("f1", b"honest")
    database = shelf.store.place.database
    assert database is not None
    shelf.store.close()
    database.write_bytes(b"no database" * 1000)
    with pytest.raises(Unavailable):
        await shelf.checking.rescan(one, soon())


async def test_who_has_no_time_hears_so(shelf: Shelf) -> None:
    """The file is as it was."""
    one = shelf.put("f1", b"honest")
    with pytest.raises(Unavailable, match="in time"):
        await shelf.checking.rescan(one, Deadline(time.monotonic() - 1))

    assert one == shelf.find("f1")


async def test_file_that_was_taken_back_meanwhile_does_not_come_back(shelf: Shelf) -> None:
    """A clean scan is no pardon, and a bad one no second alarm."""
    one = shelf.put("f1", b"honest")
    shelf.files.revoke(Which(id="f1"), "ada", "taken back")

    assert await shelf.checking.rescan(one, soon()) is FileState.REVOKED
    shelf.scanner.known[b"honest"] = "Worm"
    assert await shelf.checking.rescan(shelf.find("f1"), soon()) is FileState.REVOKED
    assert ("taken back", []) == (shelf.find("f1").reason, shelf.bells.rung)


def test_verdict_of_older_signatures_is_not_current(shelf: Shelf) -> None:
    """Unless nothing newer is known, or the tenant's policy does not ask for it."""
    one, waiting = shelf.put("f1", b"honest"), shelf.put("f2", b"other", scanned_at=0.0)
    seen = []
    for version in ("", one.signatures, "ClamAV 1.4/2"):
        shelf.checking.signatures = version
        seen.append((shelf.checking.is_current(one), shelf.checking.is_current(waiting)))
    shelf.policies = policies(policy(name="acme", hosting=Hosting(rescan_on_new_signatures=False)))

    assert [(True, False), (True, False), (False, False)] == seen
    assert shelf.checking.is_current(one)
