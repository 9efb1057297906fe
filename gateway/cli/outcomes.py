"""`postern outcomes`: messages that may have been delivered although their senders were told to come again."""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from gateway.app.config import ConfigError, find, load
from gateway.app.outcomes import Outcome, read
from gateway.app.units import parse_duration
from gateway.cli.show import complain, console, table, words


def outcomes(config: Path | None, since: str, *, as_json: bool) -> int:
    """Show them, oldest first; return the exit code."""
    try:
        folder = load(find(config), os.environ).paths.outcomes
        start = (
            datetime.now(UTC) - timedelta(seconds=parse_duration(since)) if since else datetime.min.replace(tzinfo=UTC)
        )
        found = [one for one in read(folder) if one.time >= start]
    except ConfigError as error:
        return complain(error.problems)
    except (OSError, ValueError, OverflowError) as error:
        return complain((str(error),))
    if as_json:
        sys.stdout.writelines(msgspec.json.encode(one).decode() + "\n" for one in found)
    else:
        _print(found)
    return 0


def _print(found: list[Outcome]) -> None:
    shown = table("time", "id", "message-id", "client", "sender", "recipients", "next hop", "why")
    for one in found:
        shown.add_row(
            *map(
                words,
                (
                    one.time.strftime("%Y-%m-%d %H:%M:%S"),
                    one.id,
                    one.message_id,
                    one.client,
                    one.sender,
                    " ".join(one.recipients),
                    one.next_hop,
                    one.error,
                ),
            )
        )
    console().print(shown)
