"""Which files of a listed domain are looked at first."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.model.hosted import FileState, HostedFile
from gateway.model.policy import DAY
from gateway.reputation.suspects import ranked, suspicion

NOW = 100 * DAY
FILE = HostedFile(
    id="f",
    tenant="acme",
    sha256="0" * 64,
    size=1,
    name="a.pdf",
    media_type="application/pdf",
    message="m",
    message_id="<m@example>",
    sender="a@example.org",
    recipients=("b@example.net",),
    created_at=NOW - 10 * DAY,
    expires_at=NOW + DAY,
    state=FileState.LIVE,
    scanned_at=NOW,
)

files = st.builds(
    lambda number, age, downloads, scanned: replace(
        FILE, id=str(number), created_at=NOW - age, downloads=downloads, scanned_at=NOW - scanned
    ),
    st.integers(0, 999),
    st.floats(-DAY, 400 * DAY),
    st.integers(0, 10**9),
    st.floats(-DAY, 400 * DAY),
)


def test_what_came_just_now_is_first() -> None:
    """Before what was fetched a few times, and behind what was fetched by everybody."""
    new = replace(FILE, id="new", created_at=NOW - 60)
    some = replace(FILE, id="some", downloads=3)
    many = replace(FILE, id="many", downloads=5000)

    assert ["many", "new", "some", "f"] == [one.id for one in ranked([FILE, some, new, many], NOW)]


def test_what_was_not_scanned_since_is_before_what_was() -> None:
    """Of two that are otherwise alike."""
    stale = replace(FILE, id="stale", scanned_at=NOW - 2 * DAY)
    never = replace(FILE, id="never", scanned_at=0.0)

    assert ["never", "stale", "f"] == [one.id for one in ranked([FILE, stale, never], NOW)]


@given(st.lists(files, max_size=20))
def test_nothing_is_lost_and_order_does_not_matter(found: list[HostedFile]) -> None:
    """Whatever stands in the rows, clocks that went wrong among them."""
    assert sorted(found, key=repr) == sorted(ranked(found, NOW), key=repr)
    assert [suspicion(one, NOW) for one in ranked(found, NOW)] == [
        suspicion(one, NOW) for one in ranked(found[::-1], NOW)
    ]


@given(files)
def test_each_thing_alone_makes_more_suspect(file: HostedFile) -> None:
    """Newer, fetched more often, unscanned for longer."""
    newer = replace(file, created_at=file.created_at + DAY)
    fetched = replace(file, downloads=file.downloads + 1)
    unscanned = replace(file, scanned_at=file.scanned_at - DAY)

    assert all(suspicion(one, NOW) >= suspicion(file, NOW) for one in (newer, fetched, unscanned))
