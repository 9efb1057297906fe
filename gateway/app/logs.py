"""Where log lines are made: JSON for machines, or one readable line for people on a terminal.

Set up once, then named in each process. Lines of libraries that use the standard library's logging come out the same
way, from warnings upwards. Text from strangers cannot leave its line: JSON escapes it, the pretty form does
through `escape.visible`.
"""

import logging
import os
import sys
from collections.abc import Mapping
from typing import Any

import msgspec
import structlog

from gateway.app.escape import visible
from gateway.app.settings import Log

_COLOURS = {"debug": "2", "info": "32", "warning": "33", "error": "31", "critical": "31;1"}
_FIRST = ("timestamp", "level", "event")
_LEVELS = logging.getLevelNamesMapping()


class _Mark:
    """Puts the name of the process on each line."""

    process = ""

    def __call__(self, _logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event["process"] = self.process
        return event


_mark = _Mark()


class Lines:
    """Writes whole lines to standard output, unbuffered; a reader that has gone costs lines, never mail."""

    def __init__(self) -> None:
        self.lost = 0

    def msg(self, line: bytes) -> None:
        """Write a line."""
        rest = memoryview(line + b"\n")
        try:
            while rest:
                rest = rest[os.write(1, rest) :]
        except OSError:
            self.lost += 1

    debug = info = warning = warn = error = critical = exception = fatal = log = msg


lines = Lines()


def set_up(settings: Log) -> None:
    """Write log lines to standard output; once, before any process is forked."""
    pretty = settings.format == "pretty" or (settings.format == "auto" and sys.stdout.isatty())
    level = _LEVELS[settings.level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _mark,
            structlog.processors.format_exc_info,
            _render_pretty if pretty else _render_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: lines,
        cache_logger_on_first_use=True,
    )
    logging.root.handlers = [_Library()]
    logging.root.setLevel(max(level, logging.WARNING))


def name_process(name: str) -> None:
    """Mark all further lines of this process with `name`."""
    _mark.process = name


class _Library(logging.Handler):
    """Passes a library's record on as an event."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().log(
            record.levelno, "library", logger=record.name, text=record.getMessage(), exc_info=record.exc_info
        )


def _render_json(_logger: object, _method: str, event: structlog.typing.EventDict) -> bytes:
    event = {**{key: event[key] for key in _FIRST}, **event}
    try:
        return msgspec.json.encode(event, enc_hook=repr)
    except UnicodeEncodeError:  # a lone surrogate from a broken name
        return msgspec.json.encode(_encodable(event), enc_hook=repr)


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, Mapping):
        return {_encodable(key): _encodable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(inner) for inner in value]
    return value


def _render_pretty(_logger: object, _method: str, event: structlog.typing.EventDict) -> bytes:
    stamp, level, name = (str(event.pop(key)) for key in _FIRST)
    trace = event.pop("exception", "")
    start = f"{stamp[11:19]} {_coloured(level, f'{level:<7}')} {visible(name)}"
    rows = [(key, value) for key, value in event.items() if value not in ("", None, False, [], (), {})]
    line = " ".join([start, *(f"{key}={_short(value)}" for key, value in rows if not _is_table(value))])
    below = [f"    {key} {_short(row)}" for key, value in rows if _is_table(value) for row in value]
    below += [f"    {visible(one)}" for one in str(trace).splitlines()]
    return "\n".join([line, *below]).encode("utf-8", "backslashreplace")


def _coloured(level: str, text: str) -> str:
    return text if "NO_COLOR" in os.environ else f"\x1b[{_COLOURS.get(level, '0')}m{text}\x1b[0m"


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _short(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{key}={_short(inner)}" for key, inner in value.items() if inner not in ("", None, False))
    if isinstance(value, list | tuple):
        return ",".join(map(_short, value))
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    text = visible(str(value))
    return f'"{text}"' if " " in text else text
