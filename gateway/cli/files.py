# ruff: noqa: PLC0415 - commands import when they run, so that `postern --help` answers at once
"""`postern files`: look at files that wait behind links. What changes them is in `files_orders.py`."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.files_orders import add_orders
from gateway.model.hosted import FileState

app = typer.Typer(
    help="Look at files that wait behind links, take them back, ban kinds of them, apply today's policy.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Config = Annotated[Path | None, typer.Option(help="The settings.", metavar="FILE")]
Id = Annotated[str, typer.Argument(metavar="ID", help="As the list says.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, newest first.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(  # noqa: PLR0913, PLR0917 - each is an option
    tenant: Annotated[str, typer.Option(help="Of this tenant.")] = "",
    sender: Annotated[str, typer.Option(help="From this address.")] = "",
    digest: Annotated[str, typer.Option(metavar="SHA256", help="With this content.")] = "",
    message: Annotated[str, typer.Option(help="Of this message, by our id of it.")] = "",
    message_id: Annotated[str, typer.Option(help="Of this message, by its Message-ID.")] = "",
    domain: Annotated[str, typer.Option(help="With links on this attachment domain.")] = "",
    state: Annotated[FileState | None, typer.Option(help="In this state.")] = None,
    since: Annotated[str, typer.Option(help='Hosted since: "2h", "3d", or "2026-11-21".')] = "",
    limit: Limit = 100,
    config: Config = None,
    *,
    json: Json = False,
) -> None:
    """List files, newest first."""
    from gateway.cli.desk import moment
    from gateway.cli.files_desk import list_files
    from gateway.ports.hosting import Which

    try:
        which = Which("", tenant, digest.lower(), sender, message, message_id, domain, state, moment(since))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    raise typer.Exit(list_files(config, which, limit, as_json=json))


@app.command()
def show(file: Id, config: Config = None, *, json: Json = False) -> None:
    """Show everything about one file."""
    from gateway.cli.files_desk import show_file

    raise typer.Exit(show_file(config, file, as_json=json))


@app.command()
def journal(file: Id, limit: Limit = 100, config: Config = None, *, json: Json = False) -> None:
    """Show when a file was downloaded, with which token, from which network."""
    from gateway.cli.files_desk import show_journal

    raise typer.Exit(show_journal(config, file, limit, as_json=json))


@app.command()
def requests(
    settle: Annotated[str, typer.Option(metavar="ID", help="Take the requests for this file as answered.")] = "",
    limit: Limit = 100,
    config: Config = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also those that are answered.")] = False,
    json: Json = False,
) -> None:
    """List what recipients ask for: files that are no longer given out."""
    from gateway.cli.desk import user
    from gateway.cli.files_desk import list_requests, settle_requests

    if settle:
        raise typer.Exit(settle_requests(config, settle, user()))
    raise typer.Exit(list_requests(config, limit, with_settled=everything, as_json=json))


@app.command()
def progress(config: Config = None, *, json: Json = False) -> None:
    """Show how far rescans are."""
    from gateway.cli.files_desk import show_progress

    raise typer.Exit(show_progress(config, as_json=json))


@app.command()
def bans(config: Config = None, *, json: Json = False) -> None:
    """List the emergency bans that are in force."""
    from gateway.cli.files_desk import list_bans

    raise typer.Exit(list_bans(config, as_json=json))


add_orders(app)
