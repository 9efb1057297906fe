"""What `postern quarantine` does: the store opened, asked or changed, and closed; problems as lines.

Works beside a running gateway and without one. Run it as the gateway's user.
"""

import asyncio
import os
import pwd
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.adapters.storeplace import StoreError
from gateway.app import stores, wiring
from gateway.app.config import ConfigError, find, load
from gateway.app.releasing import Order, Releasing, Unreleasable
from gateway.app.settings import Settings
from gateway.app.units import parse_duration
from gateway.cli import held
from gateway.cli.show import complain, silence_logs
from gateway.model.errors import GatewayError
from gateway.policy.source import PolicyErrors
from gateway.ports.blobs import BlobError
from gateway.ports.quarantine import Addressee, Filter, Held, HeldState, QuarantineDesk, UnknownMessage

_Work = Callable[[Settings, QuarantineDesk], Sequence[str]]
"""Does something at the desk and returns problems."""


def list_held(config: Path | None, wanted: Filter, limit: int, *, as_json: bool) -> int:
    """Print the messages that fit; return the exit code."""

    def work(_settings: Settings, desk: QuarantineDesk) -> Sequence[str]:
        _print(desk.list(wanted, limit), as_json=as_json)
        return ()

    return _at_desk(config, work, lambda: _print((), as_json=as_json))


def _print(found: Sequence[Held], *, as_json: bool) -> None:
    if as_json:
        held.print_json([held.plain(one) for one in found])
    else:
        held.print_list(found)


def show_held(config: Path | None, message_id: str, raw: Path | None, *, as_json: bool) -> int:
    """Print one message, and write its bytes to `raw` where that is named; return the exit code."""

    def work(_settings: Settings, desk: QuarantineDesk) -> Sequence[str]:
        one = desk.show(message_id)
        if raw:
            _export(desk, one, raw)
        if as_json:
            held.print_json(held.plain(one))
        else:
            held.print_one(one, next(desk.original(one), b"") if one.has_original else b"")
        return ()

    return _at_desk(config, work)


def release_held(config: Path | None, ids: Sequence[str], order: Order, *, as_json: bool) -> int:
    """Release messages, print what became of each recipient; return 0 when all of them have it."""

    def work(settings: Settings, desk: QuarantineDesk) -> Sequence[str]:
        policies = wiring.policies(settings.paths.policies)
        with TemporaryDirectory(prefix="postern-release-") as name:
            folder = Path(name)
            releasing = Releasing(settings, policies, wiring.nursery(folder), folder)
            problems, outcomes = asyncio.run(_release(releasing, desk, ids, order))
        if as_json:
            held.print_json({one: held.outcomes(addressees) for one, addressees in outcomes.items()})
        else:
            for addressees in outcomes.values():
                held.print_outcomes(addressees)
        return problems

    return _at_desk(config, work)


async def _release(
    releasing: Releasing, desk: QuarantineDesk, ids: Sequence[str], order: Order
) -> tuple[list[str], dict[str, Sequence[Addressee]]]:
    problems: list[str] = []
    outcomes: dict[str, Sequence[Addressee]] = {}
    for message_id in dict.fromkeys(ids):
        try:
            outcomes[message_id] = await releasing.release(desk, desk.show(message_id), order)
        except UnknownMessage:
            problems.append(f"{message_id}: no such message")
        except Unreleasable as error:
            problems.append(f"{message_id}: not released: {error}")
        problems += [
            f"{message_id}: {one.address}: {held.state_of(one.state)}: {one.reply}"
            for one in outcomes.get(message_id, ())
            if one.state is not HeldState.RELEASED
        ]
    return problems, outcomes


def drop_held(config: Path | None, ids: Sequence[str], who: str, why: str) -> int:
    """Give messages up; return the exit code."""

    def work(_settings: Settings, desk: QuarantineDesk) -> Sequence[str]:
        problems = []
        for message_id in dict.fromkeys(ids):
            try:
                state = desk.show(message_id).state
                if not desk.drop(message_id, who, why):
                    problems.append(f"{message_id}: not dropped: it is {held.state_of(state)}")
            except UnknownMessage:
                problems.append(f"{message_id}: no such message")
        return problems

    return _at_desk(config, work)


def _at_desk(config: Path | None, work: _Work, without: Callable[[], None] | None = None) -> int:
    """Open the quarantine, work and close it; every problem is a line of standard error.

    Where nothing was ever held there is no store, and none is made: it would belong to whoever ran the command.
    """
    silence_logs()
    try:
        settings = load(find(config), os.environ)
        if stores.has_store(settings):
            with stores.desk(settings) as desk:
                problems = tuple(work(settings, desk))
        elif without:
            without()
            problems = ()
        else:
            problems = ("quarantine: nothing was ever held",)
    except (ConfigError, PolicyErrors) as error:
        problems = tuple(map(str, error.problems))
    except UnknownMessage as error:
        problems = (f"{error}: no such message",)
    except (StoreError, BlobError, OSError, GatewayError) as error:
        problems = (f"quarantine: {error}",)
    return complain(problems) if problems else 0


def _export(desk: QuarantineDesk, one: Held, path: Path) -> None:
    """Write the bytes as they came into a new file that nobody else can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
        file.writelines(desk.original(one))


def moment(since: str) -> float:
    """Read a point of time, or how long ago it was; 0 for none. Raises ValueError."""
    if not since:
        return 0.0
    try:
        return time.time() - parse_duration(since)
    except ValueError:
        pass
    try:
        read = datetime.fromisoformat(since)
    except ValueError:
        raise ValueError(f'{since!r:.80} is no time; allowed: "2h", "3d", "2026-11-21", "2026-11-21T14:00"') from None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()


def user() -> str:
    """Return the name under which this runs."""
    return pwd.getpwuid(os.getuid()).pw_name
