"""`postern domains` as people run it, over a real store."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.app import stores
from gateway.app.config import load
from gateway.model.hosted import ShardState
from gateway.ports.listings import Book
from gateway.reputation.listings import Listing, Opinion, Trust
from tests.services.web_service import web_service
from tests.unit.adapters.sql.hosting import new
from tests.unit.app.serving import Place, place

HOSTING = """
[hosting]
domains = [
    "one.example", "two.example", {domain = "spare.example", spare = true}, {domain = "gold.example", pool = "gold"},
]
"""


@pytest.fixture
def here() -> Iterator[Place]:
    """Make a gateway's folder with attachment domains."""
    with place() as one:
        one.add(HOSTING)
        (one.folder / "var/store").mkdir(parents=True)
        yield one


def _listed(here: Place) -> dict[str, dict[str, Any]]:
    told = here.postern("domains", "list", "--json")
    assert (0, b"") == (told.returncode, told.stderr)
    return {one["domain"]: one for one in json.loads(told.stdout)["domains"]}


def _complaint(here: Place, *arguments: str) -> tuple[int, str]:
    outcome = here.postern("domains", *arguments)
    return outcome.returncode, outcome.stderr.decode().strip()


def test_domains_of_the_settings_are_shown_before_anything_runs(here: Place) -> None:
    """Looking makes no store."""
    found = _listed(here)

    assert ["gold.example", "one.example", "spare.example", "two.example"] == sorted(found)
    assert not (here.folder / "var/store/postern.db").exists()


def test_everything_about_a_domain_is_shown(here: Place) -> None:
    """Who lists it and since when, tenants and links, and where its links work now."""
    settings = load(here.settings, {})
    with stores.catalogue(settings) as catalogue:
        catalogue.shards.declare(settings.hosting.domains)
        catalogue.files.add(new(id="a", domain="one.example", tenant="acme"))
        catalogue.files.add(new(id="b", domain="one.example", tenant="acme"))
        catalogue.files.add(new(id="c", domain="one.example", tenant="beta"))
        opinion = Opinion("dbl.example", True, 5.0, 6.0, "bad\x1b[31m (127.0.1.4)", 6.0)
        listing = Listing("one.example", is_listed=True, since=6.0, opinions=(opinion,))
        aside = Trust("odd.example", is_aside=True, since=1.0, reason="lists what it must not")
        catalogue.book.save(Book({"one.example": listing}, {"odd.example": aside}, 6.0))
        catalogue.shards.set_state("one.example", ShardState.RESTING, "listing_watch", "listed: dbl.example")
    one = _listed(here)["one.example"]
    shown = here.postern("domains", "list").stdout.decode()

    assert ("resting", True, 2, 3) == (one["state"], one["listed"], one["tenants"], one["links"])
    assert ["spare.example", "two.example", "gold.example"] == one["links_work_on"]
    assert [("dbl.example", True, 5.0, 6.0)] == [
        (said["source"], said["listed"], said["since"], said["answered_at"]) for said in one["listings"]
    ]
    assert "dbl.example LISTED bad\\x1b[31m (127.0.1.4)" in shown
    assert "odd.example is not heard since" in shown
    assert "\x1b" not in shown


def test_domains_rest_and_come_back_by_hand(here: Place) -> None:
    """With a reason, in the audit log."""
    assert (0, "") == _complaint(here, "rest", "one.example", "--why", "moving", "--as", "ada")
    assert ("resting", "moving") == tuple(_listed(here)["one.example"][key] for key in ("state", "reason"))
    assert (1, "one.example: is resting already") == _complaint(here, "rest", "One.example")
    assert (0, "") == _complaint(here, "activate", "one.example")
    assert (0, "") == _complaint(here, "rest", "spare.example")
    assert (0, "") == _complaint(here, "activate", "spare.example")
    assert {"one.example": "active", "spare.example": "spare"} == {
        name: one["state"] for name, one in _listed(here).items() if name in {"one.example", "spare.example"}
    }
    entries, _ = stores.audit_log(load(here.settings, {}))
    assert ("ada", "resting", "one.example") == (entries[0].who, entries[0].what, entries[0].subject)


def test_last_domain_of_a_pool_leaves_only_when_that_is_said(here: Place) -> None:
    """Mail of its tenants would get 451."""
    expected = "gold.example: the last one of its pool in service; add another, or say --even-last"

    assert (1, expected) == _complaint(here, "retire", "gold.example")
    assert (0, "") == _complaint(here, "retire", "gold.example", "--even-last")
    assert "retired" == _listed(here)["gold.example"]["state"]


def test_new_domain_comes_into_service_at_once(here: Place) -> None:
    """Another one of the pool may go then."""
    assert (0, "") == _complaint(here, "add", "gold2.example", "--pool", "gold", "--weight", "2", "--pin", "acme")
    assert (0, "") == _complaint(here, "rest", "gold.example")
    added = _listed(here)["gold2.example"]

    assert ("gold", "active", 2.0, ["acme"]) == tuple(added[key] for key in ("pool", "state", "weight", "pins"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("add", "no domain"), "not an attachment domain"), (("rest", "x.example"), "no such domain")],
)
def test_mistakes_are_told(here: Place, arguments: tuple[str, ...], words: str) -> None:
    """In a line."""
    code, complaint = _complaint(here, *arguments)

    assert 1 == code
    assert words in complaint


@pytest.mark.enable_socket
def test_sources_are_asked_at_once(here: Place) -> None:
    """Who lists what, and who is not to be believed; nothing is written."""
    statuses = {"/one.example": 200, "/test.example": 200}
    with web_service(lambda request: (statuses.get(request.path, 404), b"")) as good:
        here.add(f'[listings]\nsources = ["web:{good.url}/{{domain}} listed=test.example clean=two.example"]\n')
        told = here.postern("domains", "check", "--json")
        statuses["/two.example"] = 200
        aside = here.postern("domains", "check", "two.example")
    [(name, source)] = json.loads(told.stdout).items()

    assert ("listed", "clean", True) == (
        source["answers"]["one.example"]["word"],
        source["answers"]["gold.example"]["word"],
        source["heard"],
    )
    assert (1, f"one.example: listed by {name}\n") == (told.returncode, told.stderr.decode())
    assert (1, f"{name}: lists what it must not; it is not heard\n") == (aside.returncode, aside.stderr.decode())
    assert not (here.folder / "var/store/postern.db").exists()


def test_nobody_to_ask_is_told(here: Place) -> None:
    """A domain that nobody watches is not well, it is unknown."""
    assert (1, "listings.sources names nobody to ask") == _complaint(here, "check")
