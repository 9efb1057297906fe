"""The contract of the quarantine, over SQLite and PostgreSQL: nothing kept is lost, nothing is released twice."""

import threading
from dataclasses import replace

import pytest

from gateway.adapters.sql import audit
from gateway.adapters.sql.contents import GRACE
from gateway.adapters.sql.engine import reading
from gateway.adapters.sql.quarantine import HISTORY, SqlQuarantine
from gateway.adapters.sql.store import Store
from gateway.model.envelope import Envelope, Option, Peer, Recipient, Sender
from gateway.model.finding import Finding, FindingKind
from gateway.model.policy import Action
from gateway.model.verdict import Judgement
from gateway.ports.blobs import Blob
from gateway.ports.quarantine import Addressee, Case, Filter, Heading, HeldState, UnknownMessage

DATA = b"Subject: hi\r\n\r\nhello\r\n"
ENVELOPE = Envelope(
    Peer("192.0.2.1", 25, "mail.example"),
    Sender("anna@sender.example", (Option("SIZE", "20"),)),
    (Recipient("bob@acme.example"), Recipient("carol@acme.example")),
)
CASE = Case(
    id="m1",
    received_at=1000.0,
    tenants=("acme",),
    envelope=ENVELOPE,
    eight_bit=False,
    reason="macros",
    judgements=(Judgement("2", Action.QUARANTINE, "macros", "otherwise", "a.docm", "macro code"),),
    findings=(Finding(FindingKind.SCANNER_SILENT, "2", "?"),),
    heading=Heading("100% of it", "Anna <anna@sender.example>", "<1@sender.example>"),
    is_copy=False,
    expires_at=5000.0,
)
BOB, CAROL = "bob@acme.example", "carol@acme.example"


class Clock:
    """Says what it is told."""

    now = 1001.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Stand at a time at which nothing is due."""
    return Clock()


@pytest.fixture
def desk(store: Store, clock: Clock) -> SqlQuarantine:
    """Open the quarantine of an empty store."""
    return SqlQuarantine(store, clock)


def put(desk: SqlQuarantine, case: Case = CASE, data: bytes = DATA) -> None:
    """Keep a message."""
    desk.keep(case, len(data), lambda: [data])


def states(desk: SqlQuarantine) -> tuple[HeldState, ...]:
    """Return the state of the message, and of its recipients."""
    held = desk.show("m1")
    return held.state, *(one.state for one in held.addressees)


def deeds(store: Store) -> list[str]:
    """Return what the audit log says was done."""
    with reading(store.engine) as connection:
        assert audit.broken_at(connection) is None
        return [f"{one.who} {one.what} {one.subject}" for one in audit.entries(connection)]


def test_what_was_kept_comes_back_whole(desk: SqlQuarantine) -> None:
    """Envelope, reasons and bytes are those of the message."""
    put(desk)
    held = desk.show("m1")

    assert (held.case, held.size, held.state, held.kept_at) == (CASE, len(DATA), HeldState.HELD, 1001.0)
    assert b"".join(desk.original(held)) == DATA
    assert [one.address for one in held.addressees] == [BOB, CAROL]


def test_keeping_again_changes_nothing(desk: SqlQuarantine) -> None:
    """A worker whose answer was lost may ask again."""
    put(desk)
    put(desk)

    assert len(desk.list(Filter(), 10)) == 1


def test_unknown_message_is_told(desk: SqlQuarantine) -> None:
    """An id that is not there is no empty answer."""
    with pytest.raises(UnknownMessage):
        desk.show("m2")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), 1),
        (Filter(tenant="acme"), 1),
        (Filter(tenant="acm"), 0),
        (Filter(sender="ANNA@"), 1),
        (Filter(recipient="Carol"), 1),
        (Filter(recipient="dave"), 0),
        (Filter(reason="macros"), 1),
        (Filter(reason="malware"), 0),
        (Filter(text="100% OF"), 1),
        (Filter(text="1%of"), 0),
        (Filter(text="<1@sender"), 1),
        (Filter(since=1000.0), 1),
        (Filter(since=1000.5), 0),
        (Filter(state=HeldState.HELD), 1),
        (Filter(state=HeldState.DROPPED), 0),
        (Filter(tenant="acme", text="no such"), 0),
    ],
    ids=str,
)
def test_every_filter_narrows(wanted: Filter, found: int, desk: SqlQuarantine) -> None:
    """All that is set must hold; signs of SQL mean themselves."""
    put(desk)

    assert [one.case.id for one in desk.list(wanted, 10)] == ["m1"] * found


def test_list_is_bounded_and_newest_first(desk: SqlQuarantine) -> None:
    """An admin sees what came last."""
    for number in range(4):
        put(desk, replace(CASE, id=f"m{number}", received_at=1000.0 + number))

    assert [one.case.id for one in desk.list(Filter(), 3)] == ["m3", "m2", "m1"]


def test_recipient_is_claimed_once(desk: SqlQuarantine, store: Store) -> None:
    """Two admins at once cannot release the same message to the same recipient."""
    put(desk)
    first = desk.claim("m1", [BOB, CAROL], "ada", "sure", again=False)
    second = desk.claim("m1", [BOB], "eve", "", again=False)

    assert (first, second) == ((BOB, CAROL), ())
    assert states(desk) == (HeldState.RELEASING,) * 3
    assert deeds(store) == ["ada release_begun m1"]


def test_outcome_is_kept_for_each_recipient(desk: SqlQuarantine, store: Store) -> None:
    """Refused ones stay held, unknown ones say so, and both can be tried again on purpose."""
    put(desk)
    desk.claim("m1", [BOB, CAROL], "ada", "", again=False)
    desk.settle("m1", [Addressee(BOB, HeldState.RELEASED, "250 ok")], "ada")

    assert states(desk) == (HeldState.RELEASING, HeldState.RELEASED, HeldState.RELEASING)
    assert desk.claim("m1", [CAROL], "ada", "", again=False) == ()
    assert desk.claim("m1", [BOB, CAROL], "ada", "", again=True) == (CAROL,)

    desk.settle("m1", [Addressee(CAROL, HeldState.HELD, "550 no")], "ada")

    assert states(desk) == (HeldState.HELD, HeldState.RELEASED, HeldState.HELD)
    assert [one.reply for one in desk.show("m1").addressees] == ["250 ok", "550 no"]
    assert len(deeds(store)) == 4


def test_release_to_another_recipient_leaves_the_others_held(desk: SqlQuarantine) -> None:
    """An authorised recipient that the envelope does not name joins it."""
    put(desk)
    taken = desk.claim("m1", ["dave@acme.example"], "ada", "", again=False)
    desk.settle("m1", [Addressee("dave@acme.example", HeldState.RELEASED, "250 ok")], "ada")

    assert taken == ("dave@acme.example",)
    assert states(desk) == (HeldState.HELD, HeldState.HELD, HeldState.HELD, HeldState.RELEASED)


def test_dropped_message_cannot_be_released(desk: SqlQuarantine, store: Store) -> None:
    """A drop is final, and happens once."""
    put(desk)

    assert (desk.drop("m1", "ada", "spam"), desk.drop("m1", "ada", "spam")) == (True, False)
    assert desk.claim("m1", [BOB], "ada", "", again=True) == ()
    assert states(desk) == (HeldState.DROPPED,) * 3
    assert deeds(store) == ["ada dropped m1"]


def test_message_under_release_cannot_be_dropped(desk: SqlQuarantine) -> None:
    """What may be on its way is not called dropped."""
    put(desk)
    desk.claim("m1", [BOB], "ada", "", again=False)

    assert not desk.drop("m1", "eve", "")


def test_bytes_go_when_nothing_points_to_them(desk: SqlQuarantine, store: Store, clock: Clock) -> None:
    """Two messages with one content: it stays until the second has expired as well, and a grace has passed."""
    put(desk)
    put(desk, replace(CASE, id="m2", expires_at=9000.0))
    blob = Blob("acme", desk.show("m1").sha256)
    clock.now = 5001.0
    desk.tidy(10)

    assert (desk.show("m1").state, desk.show("m2").state) == (HeldState.EXPIRED, HeldState.HELD)
    assert store.blobs.stat(blob) == len(DATA)

    clock.now = 9001.0
    desk.tidy(10)

    assert store.blobs.stat(blob) is None
    assert deeds(store) == ["keeper expired m1", "keeper expired m2"]


def test_content_just_put_is_never_removed(desk: SqlQuarantine, store: Store, clock: Clock) -> None:
    """Between the bytes and the row that refers to them nothing may come."""
    put(desk)
    blob = Blob("acme", desk.show("m1").sha256)
    desk.drop("m1", "ada", "")
    clock.now += GRACE
    desk.tidy(10)

    assert store.blobs.stat(blob) == len(DATA)


def test_tenants_share_no_content(desk: SqlQuarantine, store: Store, clock: Clock) -> None:
    """The same bytes of another tenant are another content."""
    put(desk)
    put(desk, replace(CASE, id="m2", tenants=("other",)))
    desk.drop("m1", "ada", "")
    clock.now = 4900.0
    desk.tidy(10)

    assert store.blobs.stat(Blob("acme", desk.show("m2").sha256)) is None
    assert b"".join(desk.original(desk.show("m2"))) == DATA


def test_tidying_is_bounded_and_comes_to_an_end(desk: SqlQuarantine, clock: Clock) -> None:
    """A part at a time, and in the end even the rows are forgotten."""
    for number in range(5):
        put(desk, replace(CASE, id=f"m{number}"), b"%d" % number)
    clock.now = 5000.0 + HISTORY
    done = []
    while part := desk.tidy(2):
        done.append(part)

    assert max(done) <= 6
    assert desk.list(Filter(), 10) == []


def test_writers_of_one_moment_all_succeed(desk: SqlQuarantine, store: Store) -> None:
    """Threads that keep and drop at once wait for each other; the audit log stays one chain."""
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            put(desk, replace(CASE, id=f"t{number}"))
            desk.drop(f"t{number}", "ada", "")
        except Exception as error:  # noqa: BLE001 - shown below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert failures == []
    assert sorted(deeds(store)) == [f"ada dropped t{number}" for number in range(8)]
