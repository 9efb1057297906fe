"""One round of asking every source about every attachment domain, and acting on what it shows.

A listing that counts ends in this order: the domain rests, so that no new link is made on it and its tenants move to
the others; the files behind its links are ranked and given to be scanned again; people are told. What was heard is
written down last: after a crash in between, the next round does the same once more, and nothing is lost but silence.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from gateway.jobs.rotate import Turn, turns
from gateway.jobs.schedule import Done
from gateway.model.hosted import ShardState
from gateway.ports.alarms import Alarm, Alarms
from gateway.ports.domains import Rescans, WatchedSource
from gateway.ports.hosting import HostedFiles, Shards
from gateway.ports.listings import Book, ListingBook
from gateway.reputation.listings import Listing, Round, Rules, Said, Trust, Word, step, trust
from gateway.reputation.suspects import ranked

_PATIENCE = 90.0
"""Seconds for one source to answer about everything."""
_SUSPECTS, _TOLD = 1000, 10
"""Files of a listed domain that are scanned again first, and those that the alarm names."""
WHO = "listing_watch"
_SILENCE = Said(Word.SILENT)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the watch is."""

    rules: Rules
    confirm: float
    """Seconds until a listing that is not confirmed yet is asked about again."""
    trusted_after: float
    """Seconds for which a source that was put aside must be right to be believed again."""


@dataclass(frozen=True, slots=True)
class ListingWatch:
    """What a round needs; `round` is the loop's run."""

    sources: Sequence[WatchedSource]
    shards: Shards
    files: HostedFiles
    book: ListingBook
    rescans: Rescans
    alarms: Alarms
    pace: Pace
    clock: Callable[[], float] = time.time

    async def round(self) -> Done:
        """Ask, judge, act, and write it down."""
        shards = [one for one in await asyncio.to_thread(self.shards.list) if one.state is not ShardState.RETIRED]
        before = await asyncio.to_thread(self.book.load)
        said = await self._ask([one.domain for one in shards])
        now = self.clock()
        trusts = self._trusts(before, said, now)
        aside = frozenset(name for name, one in trusts.items() if one.is_aside)
        listings = {one.domain: self._heard(before, one.domain, said, aside, now) for one in shards}
        alarms = [*await self._act(before.listings, listings), *_of_sources(before.trusts, trusts)]
        await asyncio.gather(*map(self.alarms.sound, alarms))
        await asyncio.to_thread(self.book.save, Book(listings, trusts, now))
        accused = [one for one in listings.values() if _is_accused(one, aside)]
        for one in accused:
            log.warning("domain_accused", domain=one.domain, listed_by=_accusers(one))
        listed = sum(one.is_listed for one in listings.values())
        note = f"{len(shards)} domains at {len(self.sources)} sources, {listed} listed"
        return Done(note, self.pace.confirm if accused else None)

    async def _ask(self, domains: Sequence[str]) -> Mapping[str, Mapping[str, Said]]:
        """Return every source's answers by its name; one that fails is silent."""
        every = await asyncio.gather(*(answers(one, domains) for one in self.sources))
        return {one.source.name: said for one, said in zip(self.sources, every, strict=True)}

    def _trusts(self, before: Book, said: Mapping[str, Mapping[str, Said]], now: float) -> dict[str, Trust]:
        trusts = {}
        for one in self.sources:
            name, told = one.source.name, said[one.source.name]
            known = before.trusts.get(name, Trust(name))
            must, must_not = (told.get(tried, _SILENCE) if tried else None for tried in (one.must, one.must_not))
            trusts[name] = trust(known, must, must_not, now, self.pace.trusted_after)
        return trusts

    def _heard(
        self,
        before: Book,
        domain: str,
        said: Mapping[str, Mapping[str, Said]],
        aside: frozenset[str],
        now: float,
    ) -> Listing:
        """Return the record of one domain after this round; sources that are no longer asked are forgotten."""
        known = before.listings.get(domain, Listing(domain))
        known = replace(known, opinions=tuple(one for one in known.opinions if one.source in said))
        told = tuple((name, some.get(domain, _SILENCE)) for name, some in said.items())
        return step(known, Round(told, aside), now, self.pace.rules)

    async def _act(self, before: Mapping[str, Listing], after: Mapping[str, Listing]) -> Sequence[Alarm]:
        """Let domains rest and come back, have suspects scanned; return what is to be told."""
        shards = await asyncio.to_thread(self.shards.list)  # as people have left them by now: asking takes its time
        made, stuck = turns(shards, after)
        for turn in made:
            await asyncio.to_thread(self.shards.set_state, turn.domain, turn.state, WHO, turn.reason)
        turned = {turn.domain: turn for turn in made}
        alarms = []
        for domain, listing in after.items():
            was_listed = domain in before and before[domain].is_listed
            if listing.is_listed and (not was_listed or domain in turned):
                alarms.append(await self._listed(listing, turned.get(domain), is_stuck=domain in stuck))
            elif was_listed and not listing.is_listed:
                alarms.append(Alarm("domain_clean", domain, _detail(turned.get(domain)), is_urgent=False))
        return alarms

    async def _listed(self, listing: Listing, turn: Turn | None, *, is_stuck: bool) -> Alarm:
        """Have the suspects scanned; return what there is to tell of the listing."""
        suspects = ranked(await asyncio.to_thread(self.files.suspects_of, listing.domain, _SUSPECTS), self.clock())
        await self.rescans.soon(suspects, f"{listing.domain} is listed")
        tenants = await asyncio.to_thread(self.shards.tenants_of, listing.domain)
        detail = {
            **_detail(turn),
            "listed_by": _accusers(listing),
            "tenants": len(tenants),
            "links": sum(tenants.values()),
            "suspects": [
                {"file": one.id, "tenant": one.tenant, "sha256": one.sha256, "downloads": one.downloads}
                for one in suspects[:_TOLD]
            ],
        }
        if is_stuck:
            detail["trouble"] = "no other domain of its pool is in service, so it stays; add one"
        return Alarm("domain_listed", listing.domain, detail)


def _of_sources(before: Mapping[str, Trust], after: Mapping[str, Trust]) -> Iterator[Alarm]:
    for name, one in after.items():
        was_aside = name in before and before[name].is_aside
        if one.is_aside and not was_aside:
            yield Alarm("listing_source_aside", name, {"reason": one.reason})
        elif was_aside and not one.is_aside:
            yield Alarm("listing_source_back", name, is_urgent=False)


async def answers(watched: WatchedSource, domains: Sequence[str]) -> Mapping[str, Said]:
    """Ask one source about everything; where it does not say whether it is sane, nothing that it says counts."""
    names = list(dict.fromkeys(filter(None, (*domains, watched.must, watched.must_not))))
    try:
        async with asyncio.timeout(_PATIENCE):
            said = await watched.source.ask(names)
    except Exception as error:  # a source of any kind must not keep the others from being heard
        log.exception("listing_source_failed", source=watched.source.name)
        said = dict.fromkeys(names, Said(Word.SILENT, type(error).__name__))
    tests = [one for one in (watched.must, watched.must_not) if one]
    if any(said.get(one, _SILENCE).word is Word.SILENT for one in tests):
        silence = Said(Word.SILENT, "no answer about the names for tests")
        said = {**dict.fromkeys(domains, silence), **{one: said.get(one, _SILENCE) for one in tests}}
    return said


def _is_accused(listing: Listing, aside: frozenset[str]) -> bool:
    """Tell whether somebody lists it, and that does not count yet."""
    return not listing.is_listed and any(one.source not in aside for one in listing.accusers())


def _accusers(listing: Listing) -> list[str]:
    return [f"{one.source} {one.detail}".strip() for one in listing.accusers()]


def _detail(turn: Turn | None) -> dict[str, object]:
    return {"state": turn.state.value} if turn else {}
