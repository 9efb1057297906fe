# ruff: noqa: PLC0415 - commands import when they run, so that `postern --help` answers at once
"""The `postern` command: what there is to say, and where each command lives.

A command's module is imported when the command runs. Problems of the admin's making end with their lines on
standard error and exit code 1, never with a traceback.
"""

from pathlib import Path
from typing import Annotated

import typer

from gateway import __version__
from gateway.cli.domains import app as domains
from gateway.cli.files import app as files
from gateway.cli.keys import app as keys
from gateway.cli.policy import app as policy
from gateway.cli.quarantine import app as quarantine
from gateway.cli.store import app as store

app = typer.Typer(
    name="postern",
    help="An inbound attachment gateway for mail: only what each tenant allows gets through.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(domains, name="domains")
app.add_typer(files, name="files")
app.add_typer(keys, name="keys")
app.add_typer(policy, name="policy")
app.add_typer(quarantine, name="quarantine")
app.add_typer(store, name="store")

Config = Annotated[
    Path | None,
    typer.Option(help="The settings; else ./postern.toml, /etc/postern/postern.toml, or defaults.", metavar="FILE"),
]


def main() -> None:
    """Run the command line."""
    app(prog_name="postern")


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"postern {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[bool, typer.Option("--version", callback=lambda wanted: _version(wanted=wanted))] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command()
def serve(
    config: Config = None,
    role: Annotated[str, typer.Option(help="What it does: mail, files or jobs.")] = "mail",
    *,
    check: Annotated[bool, typer.Option("--check", help="Only see whether it would run; end with 0 if so.")] = False,
) -> None:
    """Take mail, give hosted files out, or do what no mail waits for, until told to stop."""
    from gateway.cli.serve import serve as run

    raise typer.Exit(run(config, role, only_check=check))


@app.command()
def doctor(
    config: Config = None,
    postfix: Annotated[
        Path | None, typer.Option(help="The main.cf of a Postfix that asks us as its milter; look at that too.")
    ] = None,
) -> None:
    """Check settings, ports, folders, clamd, policies and next hops, and say what to do."""
    from gateway.cli.doctor import doctor as run

    raise typer.Exit(run(config, postfix))


@app.command()
def examine(
    file: Annotated[Path, typer.Argument(help="A message (.eml); - for standard input.", allow_dash=True)],
    tenant: Annotated[str, typer.Option(help="Judge by this tenant's policy.")] = "default",
    policies: Annotated[Path | None, typer.Option(help="Folder with the policy files.", metavar="DIR")] = None,
    config: Config = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what is in a message and what would become of it; touches nothing."""
    from gateway.cli.examine import Question
    from gateway.cli.examine import examine as run

    raise typer.Exit(run(Question(file, tenant, policies, config, as_json=json)))


@app.command()
def outcomes(
    since: Annotated[str, typer.Option(help="Only the last part, such as 2h or 7d.", metavar="TIME")] = "",
    config: Config = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
) -> None:
    """List messages that may have been delivered although their senders were told to come again."""
    from gateway.cli.outcomes import outcomes as run

    raise typer.Exit(run(config, since, as_json=json))


@app.command()
def send(
    file: Annotated[Path, typer.Argument(help="A message (.eml) to send as it is, or any file to attach.")],
    to: Annotated[list[str], typer.Option(help="Recipient; may stand several times.", metavar="ADDRESS")],
    sender: Annotated[str, typer.Option("--from", metavar="ADDRESS")] = "postern-send@localhost.localdomain",
    server: Annotated[str, typer.Option(metavar="HOST:PORT")] = "127.0.0.1:2525",
) -> None:
    """Send a file by SMTP and show the dialogue."""
    from gateway.cli.send import send as run

    raise typer.Exit(run(file, sender, to, server))
