"""How commands show things: colour and shape on a terminal, plain text in a pipe, never a raw control character."""

import logging
import sys
from dataclasses import dataclass

import structlog
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.app.escape import visible

_PIPE_WIDTH = 400
"""Columns where nobody's window limits them: no line is wrapped or cut."""
_LONG = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """A row of what was looked at: `ok`, `warn` or `fail`, how it is, and what to do."""

    state: str
    what: str
    detail: str
    advice: str = ""


def console() -> Console:
    """Return where a command writes."""
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    return Console(width=width, markup=False, highlight=False, emoji=False)


def complain(problems: tuple[str, ...]) -> int:
    """Write each problem as a line of standard error; return the exit code."""
    for problem in problems:
        sys.stderr.write(visible(problem, _LONG) + "\n")
    return 1


def words(text: str, style: str = "") -> Text:
    """Return `text` safe to show."""
    return Text(visible(text, _LONG), style)


def table(*columns: str) -> Table:
    """Return an empty table."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def silence_logs() -> None:
    """Keep log lines of the floors below out of what a command prints."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
