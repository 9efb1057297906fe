# ruff: noqa: PLC0415 - commands import when they run, so that `postern --help` answers at once
"""`postern quarantine`: look at held messages, release them, or give them up."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.ports.quarantine import HeldState

app = typer.Typer(
    help="Look at held messages, release them, or give them up.", no_args_is_help=True, rich_markup_mode=None
)
Config = Annotated[Path | None, typer.Option(help="The settings.", metavar="FILE")]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="As the reply, the log and the list say.")]
Who = Annotated[str, typer.Option("--as", metavar="NAME", help="Who does it, for the audit log; else your user.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for the audit log.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(  # noqa: PLR0913, PLR0917 - each is an option
    tenant: Annotated[str, typer.Option(help="Of this tenant.")] = "",
    sender: Annotated[str, typer.Option(help="Part of the sender's address.")] = "",
    recipient: Annotated[str, typer.Option(help="Part of a recipient's address.")] = "",
    reason: Annotated[str, typer.Option(help="Held for this reason word.")] = "",
    since: Annotated[str, typer.Option(help='Received since: "2h", "3d", or "2026-11-21".')] = "",
    state: Annotated[HeldState | None, typer.Option(help="In this state.")] = None,
    text: Annotated[str, typer.Option(help="Part of subject, From or Message-ID.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, newest first.")] = 100,
    config: Config = None,
    *,
    json: Json = False,
) -> None:
    """List messages, newest first."""
    from gateway.cli.desk import list_held, moment
    from gateway.ports.quarantine import Filter

    try:
        wanted = Filter(tenant, sender, recipient, reason, text, moment(since), state)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    raise typer.Exit(list_held(config, wanted, limit, as_json=json))


@app.command()
def show(
    message_id: Annotated[str, typer.Argument(metavar="ID")],
    raw: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the original to a new file.")] = None,
    config: Config = None,
    *,
    json: Json = False,
) -> None:
    """Show why a message is held, to whom it would go, and how it begins."""
    from gateway.cli.desk import show_held

    raise typer.Exit(show_held(config, message_id, raw, as_json=json))


@app.command()
def release(  # noqa: PLR0913 - each is an option
    ids: Ids,
    to: Annotated[list[str] | None, typer.Option(metavar="ADDRESS", help="Only to this recipient.")] = None,
    why: Why = "",
    who: Who = "",
    config: Config = None,
    *,
    again: Annotated[bool, typer.Option(help="Also where it is unknown whether an earlier release arrived.")] = False,
    through_postern: Annotated[
        bool, typer.Option(help="The next hop leads back here: add a signed field that lets the message pass.")
    ] = False,
    json: Json = False,
) -> None:
    """Scan messages again and hand them to the next hop, as they came."""
    from gateway.app.releasing import Order
    from gateway.cli.desk import release_held, user

    order = Order(who or user(), why, tuple(to or ()), again=again, with_pass=through_postern)
    raise typer.Exit(release_held(config, ids, order, as_json=json))


@app.command()
def drop(ids: Ids, why: Why = "", who: Who = "", config: Config = None) -> None:
    """Give held messages up for good."""
    from gateway.cli.desk import drop_held, user

    raise typer.Exit(drop_held(config, ids, who or user(), why))
