# ruff: noqa: PLC0415 - commands import when they run, so that `postern --help` answers at once
"""The commands of `postern files` that change something; all of it is in the audit log."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[Path | None, typer.Option(help="The settings.", metavar="FILE")]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="As the list says.")]
Who = Annotated[str, typer.Option("--as", metavar="NAME", help="Who does it, for the audit log; else your user.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="The reason, for the audit log and the page.")]
Kinds = Annotated[str, typer.Argument(metavar="[EXT,...]", help='Extensions: "exe,docm".')]
Families = Annotated[str, typer.Option("--family", metavar="NAME,...", help="Families of the policy files.")]


def add_orders(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (revoke, restore, rescan, ban, unban):
        app.command()(command)
    app.command("apply-policy")(apply_policy)


def revoke(  # noqa: PLR0913, PLR0917 - each is an option
    ids: Ids = None,
    digest: Annotated[str, typer.Option(metavar="SHA256", help="All files with this content.")] = "",
    sender: Annotated[str, typer.Option(help="All files from this address.")] = "",
    message: Annotated[str, typer.Option(help="All files of this message, by our id of it.")] = "",
    message_id: Annotated[str, typer.Option(help="All files of this message, by its Message-ID.")] = "",
    tenant: Annotated[str, typer.Option(help="Only those of this tenant.")] = "",
    reason: Why = "",
    who: Who = "",
    config: Config = None,
) -> None:
    """Take files back, at once and for good."""
    from gateway.cli.desk import user
    from gateway.cli.files_desk import revoke_files
    from gateway.ports.hosting import Which

    named = Which("", tenant, digest.lower(), sender, message, message_id)
    wanted = [Which(one, tenant) for one in ids or ()]
    if any((digest, sender, message, message_id)):
        wanted.append(named)
    if not wanted:
        raise typer.BadParameter("name a file, or give --digest, --sender, --message or --message-id")
    raise typer.Exit(revoke_files(config, wanted, who or user(), reason))


def restore(
    ids: Annotated[list[str], typer.Argument(metavar="ID...")], reason: Why = "", who: Who = "", config: Config = None
) -> None:
    """Give revoked or banned files out again, and take the requests for them as answered."""
    from gateway.cli.desk import user
    from gateway.cli.files_desk import restore_files

    raise typer.Exit(restore_files(config, ids, who or user(), reason))


def rescan(
    ids: Ids = None,
    domain: Annotated[str, typer.Option(help="The files behind links on this attachment domain.")] = "",
    config: Config = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All files, as soon as the jobs process can.")] = False,
) -> None:
    """Scan files again: named ones now, others by the jobs process."""
    from gateway.cli.desk import user
    from gateway.cli.files_desk import begin_rescan, rescan_files

    if sum(map(bool, (ids, domain, everything))) != 1:
        raise typer.BadParameter("name files, or give --domain, or --all")
    if ids:
        raise typer.Exit(rescan_files(config, ids))
    raise typer.Exit(begin_rescan(config, domain, f"asked for by {user()}"))


def ban(
    until: Annotated[str, typer.Option(help='How long, or until when: "24h", "2026-11-22T08:00".')],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="The reason, for the audit log and the page.")],
    extensions: Kinds = "",
    family: Families = "",
    who: Who = "",
    config: Config = None,
) -> None:
    """Give no file of some kinds out, from now on and for a while, whatever the policy says."""
    from gateway.cli.desk import user
    from gateway.cli.files_desk import ban_kinds, end_of

    try:
        ends, kinds = end_of(until), _kinds(extensions, family)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    raise typer.Exit(ban_kinds(config, kinds, ends, who or user(), reason))


def unban(extensions: Kinds = "", family: Families = "", who: Who = "", config: Config = None) -> None:
    """End bans before their time."""
    from gateway.cli.desk import user
    from gateway.cli.files_desk import unban_kinds

    try:
        kinds = _kinds(extensions, family)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    raise typer.Exit(unban_kinds(config, kinds, who or user()))


def apply_policy(
    tenant: Annotated[str, typer.Option(help="Only this tenant's files.")] = "",
    who: Who = "",
    config: Config = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge hosted files by today's policies: ban what they refuse, give out again what they allow."""
    from gateway.cli.desk import user
    from gateway.cli.files_desk import apply_policies

    raise typer.Exit(apply_policies(config, tenant, who or user(), only_look=dry_run, as_json=json))


def _kinds(extensions: str, families: str) -> Sequence[str]:
    """Return the kinds as files have them. Raises ValueError where there are none."""
    named = [f"ext:{one.casefold().removeprefix('.')}" for one in map(str.strip, extensions.split(",")) if one]
    named += [f"family:{one}" for one in map(str.strip, families.split(",")) if one]
    if not named or any(one.endswith(":") for one in named):
        raise ValueError('no kind of file is named; allowed: "exe,docm", --family office_macro')
    return tuple(dict.fromkeys(named))
