"""Attachment domains, for people and for programs. What sources say comes from others: shown only through `words`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.cli.held import moment, print_json
from gateway.cli.show import console, table, words
from gateway.model.hosted import Shard
from gateway.ports.listings import Book
from gateway.reputation.listings import Listing, Opinion, Said, Trust, Word

_STYLES = {"active": "green", "spare": "green", "resting": "yellow", "retired": ""}
_WORD_STYLES = {Word.LISTED: "bold red", Word.CLEAN: "green", Word.SILENT: "yellow"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One domain and what is known of it."""

    shard: Shard
    listing: Listing | None
    tenants: int
    links: int
    works_on: tuple[str, ...]
    """Domains on which its links work now, the best one first."""


def print_domains(seen: Sequence[Seen], book: Book, now: float, *, as_json: bool) -> None:
    """Print a line for each domain, and one for each source that is put aside."""
    if as_json:
        aside = [one for one in book.trusts.values() if one.is_aside]
        print_json(
            {
                "asked_at": book.asked_at,
                "domains": [_plain(one) for one in seen],
                "sources_aside": [{"source": one.source, "since": one.since, "reason": one.reason} for one in aside],
            }
        )
        return
    rows = table("domain", "pool", "state", "since", "listings", "tenants", "links", "links work on")
    for one in seen:
        shard, listing = one.shard, one.listing
        said = [_opinion(opinion, now) for opinion in listing.opinions] if listing else []
        is_listed = listing is not None and listing.is_listed
        rows.add_row(
            *map(words, (shard.domain, shard.pool)),
            words(shard.state.value, _STYLES[shard.state]),
            words(moment(shard.since) if shard.since else ""),
            words(", ".join(said) or "never asked", "bold red" if is_listed else ""),
            *map(words, (str(one.tenants), str(one.links), _works(one))),
        )
    out = console()
    out.print(rows if seen else words("hosting.domains names none"))
    for one in seen:
        if one.shard.reason:
            out.print(words(f"{one.shard.domain}: {one.shard.reason}"))
    for source in book.trusts.values():
        if source.is_aside:
            out.print(words(f"{source.source} is not heard since {moment(source.since)}: {source.reason}", "yellow"))


def print_answers(
    domains: Sequence[str],
    said: Mapping[str, Mapping[str, Said]],
    tests: Mapping[str, Trust],
    *,
    as_json: bool,
) -> None:
    """Print what each source says of each domain now."""
    if as_json:
        print_json(
            {
                name: {
                    "heard": not tests[name].is_aside,
                    "answers": {one: {"word": some[one].word, "detail": some[one].detail} for one in domains},
                }
                for name, some in said.items()
            }
        )
        return
    rows = table("domain", "source", "says", "")
    for domain in domains:
        for name, some in said.items():
            word, detail = some[domain].word, some[domain].detail
            rows.add_row(words(domain), words(name), words(word.value, _WORD_STYLES[word]), words(detail))
    console().print(rows)


def _plain(one: Seen) -> dict[str, object]:
    shard, listing = one.shard, one.listing
    return {
        "domain": shard.domain,
        "pool": shard.pool,
        "state": shard.state,
        "since": shard.since,
        "reason": shard.reason,
        "weight": shard.weight,
        "spare": shard.is_spare,
        "pins": shard.pins,
        "listed": listing is not None and listing.is_listed,
        "listings": [
            {
                "source": said.source,
                "listed": said.is_listed,
                "detail": said.detail,
                "since": said.since,
                "answered_at": said.at,
            }
            for said in (listing.opinions if listing else ())
        ],
        "tenants": one.tenants,
        "links": one.links,
        "links_work_on": one.works_on,
    }


def _opinion(one: Opinion, now: float) -> str:
    """Say what a source said last, and how long ago."""
    word = f"LISTED {one.detail}".strip() if one.is_listed else "clean"
    return f"{one.source} {word} ({_age(now - one.at)} ago)"


def _age(seconds: float) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f}{unit}"
    return f"{max(0.0, seconds):.0f}s"


def _works(one: Seen) -> str:
    return one.works_on[0] if one.works_on else "none"
