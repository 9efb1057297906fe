"""Hosted files for people and for programs.

Every name and address comes from a stranger: shown only through `show.words`, or as JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from gateway.cli.held import moment, print_json
from gateway.cli.show import console, table, words
from gateway.jobs.rejudging import Blast
from gateway.model.hosted import Ban, Download, HostedFile
from gateway.ports.upkeep import Pass, Request

_STYLES = {"live": "green", "scanning": "yellow", "pending": "yellow", "revoked": "bold red", "banned": "red"}
_TIMES = frozenset({"created_at", "expires_at", "scanned_at", "at", "until", "since", "began_at", "ended_at", "before"})
_TIMES_OF_REQUESTS = frozenset({"settled_at"})


def plain(one: Any) -> dict[str, Any]:
    """Return a record as JSON shows it: times in UTC, none where there was none."""
    times = _TIMES | _TIMES_OF_REQUESTS
    return {key: (moment(value) if value else None) if key in times else value for key, value in asdict(one).items()}


def print_all(found: Sequence[Any]) -> None:
    """Print records as JSON."""
    print_json([plain(one) for one in found])


def print_files(found: Sequence[HostedFile]) -> None:
    """Print a line for each file."""
    rows = table("id", "hosted", "state", "tenant", "name", "bytes", "downloads", "from", "to", "reason")
    for one in found:
        rows.add_row(
            words(one.id),
            words(moment(one.created_at)),
            words(one.state, _STYLES.get(one.state, "")),
            *map(words, (one.tenant, one.name, str(one.size), str(one.downloads), f"<{one.sender}>")),
            *map(words, (", ".join(one.recipients), one.reason)),
        )
    console().print(rows if found else words("nothing"))


def print_file(one: HostedFile, bans: Sequence[Ban], passing: Mapping[str, str]) -> None:
    """Print everything about one file; `passing` says more, by name."""
    facts = table("", "")
    for name, value in {**plain(one), **passing}.items():
        said = ", ".join(value) if isinstance(value, tuple) else "never" if value is None else str(value)
        facts.add_row(words(name, "bold"), words(said, _STYLES.get(said, "") if name == "state" else ""))
    for ban in bans:
        facts.add_row(words("ban", "bold"), words(f"{ban.kind} until {moment(ban.until)}: {ban.reason}", "red"))
    console().print(facts)


def print_journal(found: Sequence[Download]) -> None:
    """Print a line for each download."""
    rows = table("when", "from", "token", "bytes")
    for one in found:
        rows.add_row(*map(words, (moment(one.at), one.address, one.token, str(one.size))))
    console().print(rows if found else words("never downloaded"))


def print_requests(found: Sequence[Request]) -> None:
    """Print a line for each request."""
    rows = table("when", "file", "from", "who and why", "answered")
    for one in found:
        answered = f"{moment(one.settled_at)} by {one.settled_by}" if one.settled_at else ""
        rows.add_row(*map(words, (moment(one.at), one.file, one.address, one.words, answered)))
    console().print(rows if found else words("nothing"))


def print_bans(found: Sequence[Ban]) -> None:
    """Print a line for each ban."""
    rows = table("kind", "since", "until", "by", "reason")
    for one in found:
        rows.add_row(*map(words, (one.kind, moment(one.since), moment(one.until), one.who, one.reason)))
    console().print(rows if found else words("nothing is banned"))


def print_passes(found: Sequence[Pass], left: Mapping[int, int]) -> None:
    """Print a line for each pass; `left` has the files that open ones are still to scan."""
    rows = table("pass", "why", "signatures", "began", "last step", "clean", "bad", "no verdict", "left")
    for one in found:
        numbers = (one.clean, one.bad, one.failed)
        rest = "done" if one.ended_at else str(left.get(one.number, 0))
        rows.add_row(
            *map(words, (str(one.number), one.reason, one.signatures, moment(one.began_at))),
            words(moment(one.at) if one.at else "waits"),
            *map(words, (*map(str, numbers), rest)),
        )
    console().print(rows if found else words("nothing was scanned again yet"))


def print_blast(found: Sequence[Blast], *, only_look: bool) -> None:
    """Print what policies change, tenant by tenant, and in all."""
    rows = table("tenant", "files", "banned", "given out again", "downloads of the banned", "why")
    for one in found:
        why = "; ".join(f"{reason} ({count})" for reason, count in sorted(one.banned.items()))
        numbers = (one.seen, sum(one.banned.values()), one.allowed, one.downloads)
        rows.add_row(words(one.tenant), *map(words, map(str, numbers)), words(why))
    out = console()
    out.print(rows)
    banned, seen = sum(sum(one.banned.values()) for one in found), sum(one.seen for one in found)
    verb = "would be banned" if only_look else "are banned now"
    tenants = sum(bool(one.banned) for one in found)
    out.print(words(f"{banned} of {seen} files {verb}, of {tenants} tenants; {sum(one.allowed for one in found)} back"))
