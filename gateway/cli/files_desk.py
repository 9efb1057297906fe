"""What `postern files` does: the store opened, asked or changed, and closed; problems as lines.

Works beside running processes and without any. Run it as the gateway's user.
"""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from gateway.adapters.storeplace import StoreError
from gateway.app import stores
from gateway.app.config import ConfigError, find, load
from gateway.app.filesdesk import FilesDesk, banned_by, files_desk
from gateway.app.units import parse_duration
from gateway.cli import files_shown
from gateway.cli.held import moment, print_json
from gateway.cli.show import complain, console, silence_logs, words
from gateway.jobs.rescan import asked, everything
from gateway.model.errors import GatewayError
from gateway.model.hosted import FileState, HostedFile
from gateway.policy.source import PolicyErrors
from gateway.ports.blobs import BlobError
from gateway.ports.hosting import Which

_Work = Callable[[FilesDesk], Sequence[str]]
"""Does something at the desk and returns problems."""
_PASSES, _SUSPECTS = 10, 1000
_T = TypeVar("_T")


def list_files(config: Path | None, which: Which, limit: int, *, as_json: bool) -> int:
    """Print the files that fit; return the exit code."""
    return _print_found(config, lambda desk: desk.list(which, limit), files_shown.print_files, as_json=as_json)


def list_bans(config: Path | None, *, as_json: bool) -> int:
    """Print the bans in force; return the exit code."""
    return _print_found(config, lambda desk: desk.bans.in_force(), files_shown.print_bans, as_json=as_json)


def list_requests(config: Path | None, limit: int, *, with_settled: bool, as_json: bool) -> int:
    """Print what recipients ask for; return the exit code."""
    return _print_found(
        config,
        lambda desk: desk.requests.list(limit, with_settled=with_settled),
        files_shown.print_requests,
        as_json=as_json,
    )


def show_file(config: Path | None, file_id: str, *, as_json: bool) -> int:
    """Print one file; return the exit code."""

    def work(desk: FilesDesk) -> Sequence[str]:
        file = _find(desk, file_id)
        if as_json:
            print_json(files_shown.plain(file))
        else:
            files_shown.print_file(file, banned_by(file, desk.bans.in_force()), {"audience": file.audience})
        return ()

    return _at_desk(config, work)


def show_journal(config: Path | None, file_id: str, limit: int, *, as_json: bool) -> int:
    """Print the downloads of a file; return the exit code."""

    def work(desk: FilesDesk) -> Sequence[str]:
        found = desk.catalogue.files.journal(_find(desk, file_id).id, limit)
        if as_json:
            files_shown.print_all(found)
        else:
            files_shown.print_journal(found)
        return ()

    return _at_desk(config, work)


def show_progress(config: Path | None, *, as_json: bool) -> int:
    """Print how far rescans are; return the exit code."""

    def work(desk: FilesDesk) -> Sequence[str]:
        found = desk.passes.last(_PASSES)
        left = {
            one.number: len(one.ids) if one.few else desk.passes.left(one.before) for one in found if not one.ended_at
        }
        if as_json:
            print_json([{**files_shown.plain(one), "left": left.get(one.number, 0)} for one in found])
        else:
            files_shown.print_passes(found, left)
        return ()

    return _at_desk(config, work)


def revoke_files(config: Path | None, wanted: Sequence[Which], who: str, why: str) -> int:
    """Take files back; return 1 where something that was named is not there."""

    def work(desk: FilesDesk) -> Sequence[str]:
        problems = []
        for which in wanted:
            count = desk.catalogue.files.revoke(which, who, why)
            console().print(words(f"{count} files revoked"))
            if not count:
                problems.append(f"{which.id or 'nothing'}: no such file that is not revoked or expired")
        return problems

    return _at_desk(config, work)


def restore_files(config: Path | None, ids: Sequence[str], who: str, why: str) -> int:
    """Give files out again; return 1 where one could not be."""

    def work(desk: FilesDesk) -> Sequence[str]:
        problems = []
        for file_id in dict.fromkeys(ids):
            if desk.catalogue.files.restore(file_id, who, why):
                desk.requests.settle(file_id, who)
                state = _find(desk, file_id).state
                console().print(words(f"{file_id}: {state}"))
                if state is FileState.BANNED:
                    problems.append(f"{file_id}: an emergency ban still holds it; `postern files bans`")
            else:
                problems.append(f"{file_id}: not restored: it is not there, or neither revoked nor banned")
        return problems

    return _at_desk(config, work)


def settle_requests(config: Path | None, file_id: str, who: str) -> int:
    """Take the requests for a file as answered; return the exit code."""

    def work(desk: FilesDesk) -> Sequence[str]:
        return () if desk.requests.settle(file_id, who) else (f"{file_id}: nobody asks for it",)

    return _at_desk(config, work)


def rescan_files(config: Path | None, ids: Sequence[str]) -> int:
    """Scan files now; return 1 where one has no clean verdict."""

    def work(desk: FilesDesk) -> Sequence[str]:
        files = [_find(desk, file_id) for file_id in dict.fromkeys(ids)]
        states = asyncio.run(desk.rescan(files))
        for file_id, state in states.items():
            console().print(words(f"{file_id}: {state}"))
        return [f"{file_id}: {state}" for file_id, state in states.items() if state != FileState.LIVE]

    return _at_desk(config, work)


def begin_rescan(config: Path | None, domain: str, why: str) -> int:
    """Have the jobs process scan the files of a domain, or all; return the exit code."""

    def work(desk: FilesDesk) -> Sequence[str]:
        now = time.time()
        if domain:
            ids = [one.id for one in desk.catalogue.files.suspects_of(domain, _SUSPECTS)]
            if not ids:
                return (f"{domain}: no file is given out there",)
            begun = desk.passes.begin(asked(ids, why, now))
        else:
            begun = desk.passes.begin(everything(why, now))
        console().print(words(f"pass {begun.number} is written down; `postern files progress` shows it"))
        return ()

    return _at_desk(config, work)


def ban_kinds(config: Path | None, kinds: Sequence[str], until: float, who: str, why: str) -> int:
    """Ban kinds of files; return the exit code."""

    def work(desk: FilesDesk) -> Sequence[str]:
        unknown = _unknown_families(desk, kinds)
        if unknown:
            return unknown
        stopped = desk.bans.ban(kinds, until, who, why)
        console().print(words(f"{', '.join(kinds)}: banned until {moment(until)}; that stops {stopped} files"))
        return ()

    return _at_desk(config, work)


def unban_kinds(config: Path | None, kinds: Sequence[str], who: str) -> int:
    """End bans; return 1 where one was not in force."""

    def work(desk: FilesDesk) -> Sequence[str]:
        ended = desk.bans.unban(kinds, who)
        for kind in ended:
            console().print(words(f"{kind}: no longer banned"))
        return [f"{kind}: was not banned" for kind in kinds if kind not in ended]

    return _at_desk(config, work)


def apply_policies(config: Path | None, tenant: str, who: str, *, only_look: bool, as_json: bool) -> int:
    """Judge files by today's policies and print the blast; return the exit code."""

    def work(desk: FilesDesk) -> Sequence[str]:
        found = desk.apply(tenant, who, only_look=only_look)
        if not found:
            return (f"{tenant}: no such tenant",)
        if as_json:
            print_json(found)
        else:
            files_shown.print_blast(found, only_look=only_look)
        return ()

    return _at_desk(config, work)


def end_of(until: str) -> float:
    """Read how long something lasts, or until when. Raises ValueError, also for what is over."""
    now = time.time()
    try:
        return now + parse_duration(until)
    except ValueError:
        pass
    try:
        read = datetime.fromisoformat(until)
    except ValueError:
        raise ValueError(f'{until!r:.80} is no time; allowed: "24h", "3d", "2026-11-22T08:00"') from None
    ends = (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    if ends <= now:
        raise ValueError(f"{until!r:.80} is over; allowed: a time to come")
    return ends


def _unknown_families(desk: FilesDesk, kinds: Sequence[str]) -> Sequence[str]:
    """Name families that no policy knows: a ban on them would stop nothing."""
    try:
        known = {f"family:{family.name}" for one in desk.policies().tenants for family in one.policy.families}
    except PolicyErrors:  # a ban cannot wait for the policy files to be repaired
        return ()
    return [
        f"{kind}: no policy knows this family" for kind in kinds if kind.startswith("family:") and kind not in known
    ]


def _find(desk: FilesDesk, file_id: str) -> HostedFile:
    file = desk.catalogue.files.find(file_id)
    if file is None:
        raise LookupError(f"{file_id}: no such file")
    return file


def _print_found(
    config: Path | None,
    find_: Callable[[FilesDesk], Sequence[_T]],
    show: Callable[[Sequence[_T]], None],
    *,
    as_json: bool,
) -> int:
    """Print what is found; nothing, where nothing was ever hosted."""
    print_ = files_shown.print_all if as_json else show

    def work(desk: FilesDesk) -> Sequence[str]:
        print_(find_(desk))
        return ()

    return _at_desk(config, work, lambda: print_(()))


def _at_desk(config: Path | None, work: _Work, without: Callable[[], None] | None = None) -> int:
    """Open the desk, work and close it; every problem is a line of standard error.

    Where there is no store none is made: it would belong to whoever ran the command.
    """
    silence_logs()
    try:
        settings = load(find(config), os.environ)
        if stores.has_store(settings):
            with files_desk(settings) as desk:
                problems = tuple(work(desk))
        elif without:
            without()
            problems = ()
        else:
            problems = ("files: nothing was ever hosted",)
    except (ConfigError, PolicyErrors) as error:
        problems = tuple(map(str, error.problems))
    except (StoreError, BlobError, LookupError, OSError, GatewayError) as error:
        problems = (f"files: {error}",)
    return complain(problems) if problems else 0
