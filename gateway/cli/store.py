# ruff: noqa: PLC0415 - commands import when they run, so that `postern --help` answers at once
"""`postern store`: the database behind the quarantine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gateway.app.settings import Settings

app = typer.Typer(help="Care for the database of the quarantine.", no_args_is_help=True, rich_markup_mode=None)
Config = Annotated[Path | None, typer.Option(help="The settings.", metavar="FILE")]


@app.command()
def upgrade(config: Config = None) -> None:
    """Bring the database to the schema of this program; SQLite is brought there by itself."""
    from gateway.adapters.storeplace import StoreError
    from gateway.app import stores
    from gateway.cli.show import complain, console, words

    try:
        revision = stores.upgrade_store(_settings(config))
    except (StoreError, OSError) as error:
        raise typer.Exit(complain((f"store: {error}",))) from None
    console().print(words(f"the schema is {revision}"))


@app.command()
def audit(config: Config = None) -> None:
    """Show who released and dropped what, and check that the log is as it was written."""
    from gateway.adapters.storeplace import StoreError
    from gateway.app import stores
    from gateway.cli.held import moment
    from gateway.cli.show import complain, console, table, words

    try:
        entries, broken = stores.audit_log(_settings(config))
    except (StoreError, OSError) as error:
        raise typer.Exit(complain((f"store: {error}",))) from None
    rows = table("", "when", "who", "what", "message", "detail")
    for one in entries:
        rows.add_row(*map(words, (str(one.number), moment(one.at), one.who, one.what, one.subject, one.detail)))
    console().print(rows)
    if broken:
        raise typer.Exit(complain((f"entry {broken} is not as it was written",)))


def _settings(config: Path | None) -> "Settings":
    import os

    from gateway.app.config import ConfigError, find, load
    from gateway.cli.show import complain, silence_logs

    silence_logs()
    try:
        return load(find(config), os.environ)
    except ConfigError as error:
        raise typer.Exit(complain(error.problems)) from None
