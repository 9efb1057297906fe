# ruff: noqa: PLC0415 - commands import when they run, so that `postern --help` answers at once
"""`postern domains`: how the attachment domains are, and taking them in and out of service."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.model.hosted import ShardState

app = typer.Typer(
    help="Look at the attachment domains, and take them in and out of service.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Config = Annotated[Path | None, typer.Option(help="The settings.", metavar="FILE")]
Domain = Annotated[str, typer.Argument(metavar="DOMAIN")]
Who = Annotated[str, typer.Option("--as", metavar="NAME", help="Who does it, for the audit log; else your user.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for the audit log.")]
EvenLast = Annotated[bool, typer.Option("--even-last", help="Also where no other one of its pool is in service.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(config: Config = None, *, json: Json = False) -> None:
    """Show each domain: its state, who lists it, tenants and links, and where its links work now."""
    from gateway.cli.domain_desk import list_domains

    raise typer.Exit(list_domains(config, as_json=json))


@app.command()
def check(
    domains: Annotated[list[str] | None, typer.Argument(metavar="DOMAIN...", help="Else all.")] = None,
    config: Config = None,
    *,
    json: Json = False,
) -> None:
    """Ask every source now; changes nothing. Ends with 1 where one lists a domain or is not in its right mind."""
    from gateway.cli.domain_desk import check_domains

    raise typer.Exit(check_domains(config, domains or (), as_json=json))


@app.command()
def rest(domain: Domain, why: Why = "", who: Who = "", config: Config = None, *, even_last: EvenLast = False) -> None:
    """Make no new links on a domain; its tenants move to others, its links go on working."""
    from gateway.cli.domain_desk import Change, change

    raise typer.Exit(change(config, Change(domain, ShardState.RESTING, why, who, even_last=even_last)))


@app.command()
def activate(domain: Domain, why: Why = "", who: Who = "", config: Config = None) -> None:
    """Put a domain into service, listed or not; its tenants come back."""
    from gateway.cli.domain_desk import Change, change

    raise typer.Exit(change(config, Change(domain, None, why, who)))


@app.command()
def retire(domain: Domain, why: Why = "", who: Who = "", config: Config = None, *, even_last: EvenLast = False) -> None:
    """Give a domain up for good; its old links work on the others, as long as it leads to us."""
    from gateway.cli.domain_desk import Change, change

    raise typer.Exit(change(config, Change(domain, ShardState.RETIRED, why, who, even_last=even_last)))


@app.command()
def add(
    domain: Domain,
    pool: Annotated[str, typer.Option(help="For policies and settings that name this pool.")] = "",
    weight: Annotated[float, typer.Option(help="How many tenants it gets, beside those with 1.")] = 1.0,
    pin: Annotated[list[str] | None, typer.Option(metavar="TENANT", help="Belongs to it in any case.")] = None,
    config: Config = None,
    *,
    spare: Annotated[bool, typer.Option("--spare", help="Only for the tenants of domains that rest.")] = False,
) -> None:
    """Take a new domain into service at once; write it into the settings too."""
    from gateway.cli.domain_desk import add_domain

    table = {"domain": domain, "weight": weight, "spare": spare, "pin": tuple(pin or ())}
    raise typer.Exit(add_domain(config, {**table, **({"pool": pool} if pool else {})}))
