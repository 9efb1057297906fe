# ruff: noqa: PLC0415 - the library of keys is imported when a command runs, so that `postern --help` answers at once
"""`postern keys`: make private keys for ARC seals, and show what DNS must publish for them; make keys of links."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

app = typer.Typer(
    help="Private keys for ARC seals, their public halves for DNS, and keys of links.", no_args_is_help=True
)

_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?")
_DOMAIN = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+")

Selector = Annotated[str, typer.Option(help="Names the key in DNS; a new key has a new one, such as s2026a.")]
Domain = Annotated[str, typer.Option(help="The domain that seals (arc.domain).")]
File = Annotated[Path | None, typer.Option(help="The private key; else SELECTOR.pem in this folder.", metavar="FILE")]


@app.command("make")
def make_key(
    selector: Selector,
    domain: Domain,
    kind: Annotated[Literal["rsa", "ed25519"], typer.Option("--type", help="Nearly all receivers know rsa.")] = "rsa",
    file: File = None,
) -> None:
    """Make a private key, readable for this user alone; never overwrites one."""
    from gateway.authn.signing import make, signer, zone_line

    path, pem = _checked(selector, domain, file), make(kind)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        _fail(f"{path} is there already; choose another selector, or another file")
    except OSError as error:
        _fail(f"{path}: {error.strerror}")
    with os.fdopen(descriptor, "wb") as out:
        out.write(pem)
        out.flush()
        os.fsync(out.fileno())
    typer.echo(f"{path} holds the private key. Publish this, wait until it is seen, then set in [arc]:")
    typer.echo(f'  domain = "{domain}"\n  keys = ["{selector}:{path}"]\n')
    typer.echo(zone_line(selector, domain, signer(pem).record))


@app.command("show-dns")
def show_dns(selector: Selector, domain: Domain, file: File = None) -> None:
    """Show the TXT record of a key, as a line for a zone file."""
    from gateway.authn.signing import BadKey, signer, zone_line

    path = _checked(selector, domain, file)
    try:
        typer.echo(zone_line(selector, domain, signer(path.read_bytes()).record))
    except OSError as error:
        _fail(f"{path}: {error.strerror}")
    except BadKey as error:
        _fail(f"{path}: {error}")


@app.command("make-link")
def make_link_key(
    config: Annotated[Path | None, typer.Option(help="The settings.", metavar="FILE")] = None,
) -> None:
    """Add a key below those that sign links to hosted files (hosting.keys); it signs from now on."""
    from gateway.adapters.linkkeys import add_key
    from gateway.app.config import ConfigError, find, load

    try:
        path = load(find(config), os.environ).link_keys
    except ConfigError as error:
        _fail(str(error))
    try:
        count = add_key(path)
    except OSError as error:
        _fail(f"{path}: {error.strerror}")
    typer.echo(f"{path} holds {count} {'key' if count == 1 else 'keys'}; the last one signs, all of them verify.")
    if count > 1:
        typer.echo("Take the oldest out when the links that it signed have expired.")


def _checked(selector: str, domain: str, file: Path | None) -> Path:
    """Return the key's file. Ends the command where the names cannot stand in DNS."""
    if not _SELECTOR.fullmatch(selector):
        _fail(f"{selector!r:.80} is no selector; allowed: a-z, 0-9, inside also - and .")
    if not _DOMAIN.fullmatch(domain):
        _fail(f"{domain!r:.80} is no domain; allowed: names in lower case such as example.org")
    return file or Path(f"{selector}.pem")


def _fail(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(1)
