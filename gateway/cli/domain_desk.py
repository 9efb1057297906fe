"""What `postern domains` does: the catalogue opened, asked or changed, and closed; problems as lines.

Works beside a running gateway and without one. Run it as the gateway's user.
"""

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.adapters.storeplace import StoreError
from gateway.app import stores, watching
from gateway.app.config import ConfigError, find, load
from gateway.app.settings import Settings
from gateway.app.settings_hosting import parse_domain
from gateway.cli import domain_view
from gateway.cli.desk import user
from gateway.cli.domain_view import Seen
from gateway.cli.show import complain, silence_logs
from gateway.jobs.listing_watch import answers
from gateway.model.hosted import Shard, ShardState
from gateway.ports.domains import WatchedSource
from gateway.ports.listings import Book
from gateway.reputation.listings import Said, Trust, Word, trust

_IN_SERVICE = frozenset({ShardState.ACTIVE, ShardState.SPARE})


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of a domain."""

    domain: str
    state: ShardState | None
    """None: in service, as what it is."""
    why: str
    who: str
    even_last: bool = False


def list_domains(config: Path | None, *, as_json: bool) -> int:
    """Print all domains; return the exit code."""

    def work(settings: Settings) -> Sequence[str]:
        if stores.has_store(settings):
            with stores.catalogue(settings) as catalogue:
                book = catalogue.book.load()
                shards = _with_new(settings, catalogue.shards.list())
                seen = [_seen(one, shards, book, catalogue.shards.tenants_of(one.domain)) for one in shards]
        else:
            shards, book = _with_new(settings, ()), Book()
            seen = [_seen(one, shards, book, {}) for one in shards]
        domain_view.print_domains(seen, book, time.time(), as_json=as_json)
        return ()

    return _at_desk(config, work)


def check_domains(config: Path | None, wanted: Sequence[str], *, as_json: bool) -> int:
    """Ask every source and print what it says; return 1 where something is wrong."""

    def work(settings: Settings) -> Sequence[str]:
        domains = [one.lower() for one in wanted] or [one.domain for one in settings.hosting.domains]
        sources = [watching.watched(one, settings.listings) for one in settings.listings.sources]
        if not sources:
            return ("listings.sources names nobody to ask",)
        said = asyncio.run(_ask(sources, domains))
        tests = {
            one.source.name: trust(Trust(one.source.name), *_tests(one, said[one.source.name]), time.time(), 0.0)
            for one in sources
        }
        domain_view.print_answers(domains, said, tests, as_json=as_json)
        wrong = [f"{name}: {one.reason}; it is not heard" for name, one in tests.items() if one.is_aside]
        listed = [
            f"{domain}: listed by {name} {some[domain].detail}".rstrip()
            for name, some in said.items()
            for domain in domains
            if some[domain].word is Word.LISTED and not tests[name].is_aside
        ]
        return (*wrong, *listed)

    return _at_desk(config, work)


def change(config: Path | None, wanted: Change) -> int:
    """Change the state of a domain; return the exit code."""

    def work(settings: Settings) -> Sequence[str]:
        with stores.catalogue(settings) as catalogue:
            catalogue.shards.declare(settings.hosting.domains)
            shards = catalogue.shards.list()
            found = next((one for one in shards if one.domain == wanted.domain.lower()), None)
            if found is None:
                return (f"{wanted.domain}: no such domain",)
            state = wanted.state or found.in_service
            others = [one for one in shards if one.pool == found.pool and one.domain != found.domain]
            is_last = found.state in _IN_SERVICE and not any(one.state in _IN_SERVICE for one in others)
            if state not in _IN_SERVICE and is_last and not wanted.even_last:
                return (f"{found.domain}: the last one of its pool in service; add another, or say --even-last",)
            if not catalogue.shards.set_state(found.domain, state, wanted.who or user(), wanted.why):
                return (f"{found.domain}: is {state} already",)
            return ()

    return _at_desk(config, work)


def add_domain(config: Path | None, table: Mapping[str, object]) -> int:
    """Take a domain into service; return the exit code."""

    def work(settings: Settings) -> Sequence[str]:
        shard = parse_domain(dict(table))
        with stores.catalogue(settings) as catalogue:
            catalogue.shards.declare([*settings.hosting.domains, shard])
        return ()

    return _at_desk(config, work)


def _seen(one: Shard, shards: Sequence[Shard], book: Book, tenants: Mapping[str, int]) -> Seen:
    healthy = [other for other in shards if other.state in _IN_SERVICE and other.domain != one.domain]
    near = sorted(healthy, key=lambda other: (other.pool != one.pool, other.domain))
    works = [one.domain] if one.state in _IN_SERVICE else [other.domain for other in near]
    return Seen(one, book.listings.get(one.domain), len(tenants), sum(tenants.values()), tuple(works))


def _with_new(settings: Settings, known: Sequence[Shard]) -> list[Shard]:
    """Add what the settings name and no process has seen yet."""
    names = {one.domain for one in known}
    new = [one for one in settings.hosting.domains if one.domain not in names]
    return sorted((*known, *new), key=lambda one: (one.pool, one.domain))


async def _ask(sources: Sequence[WatchedSource], domains: Sequence[str]) -> Mapping[str, Mapping[str, Said]]:
    said = await asyncio.gather(*(answers(one, domains) for one in sources))
    return {one.source.name: some for one, some in zip(sources, said, strict=True)}


def _tests(one: WatchedSource, said: Mapping[str, Said]) -> tuple[Said | None, Said | None]:
    return said.get(one.must) if one.must else None, said.get(one.must_not) if one.must_not else None


def _at_desk(config: Path | None, work: Callable[[Settings], Sequence[str]]) -> int:
    """Read the settings and work; every problem is a line of standard error."""
    silence_logs()
    try:
        problems = tuple(work(load(find(config), os.environ)))
    except ConfigError as error:
        problems = error.problems
    except (StoreError, OSError, ValueError) as error:
        problems = (f"domains: {error}",)
    return complain(problems) if problems else 0
