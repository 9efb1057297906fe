# ruff: noqa: PLC0415 - commands import when they run, so that `postern --help` answers at once
"""`postern policy`: check the policy files, and show what holds for a tenant."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from gateway.model.policyset import PolicySet
    from gateway.model.tenant import Tenant

app = typer.Typer(
    help="Check the policy files, and show what holds for a tenant.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Folder = Annotated[
    Path, typer.Option("--policies", envvar="POSTERN_POLICIES", metavar="DIR", help="Folder with the policy files.")
]
_FOLDER = Path("policies")


@app.command()
def lint(
    folder: Annotated[Path | None, typer.Argument(metavar="[FOLDER]", help="Folder with the policy files.")] = None,
    policies: Folder = _FOLDER,
) -> None:
    """Check all policy files and templates; name every mistake with file, line and column."""
    from gateway.adapters.notices import languages, lint_templates
    from gateway.cli.policy_lint import remarks
    from gateway.cli.show import complain, console, table, words

    place = folder or policies
    templates = tuple(map(str, lint_templates(place / "notices")))
    found = _load(place, templates)
    said = remarks(found, place)
    wordless = _wordless(found, place, languages(place / "notices"))
    if said.mistakes or wordless:
        raise typer.Exit(complain((*map(str, said.mistakes), *wordless)))
    shown = table("tenant", "mail for", "next hop", "allow", "otherwise")
    for tenant in found.tenants:
        policy = tenant.policy
        mail_for = ", ".join((*tenant.domains, *tenant.recipients))
        cells = (tenant.name, mail_for, str(tenant.route), ", ".join(policy.allow), policy.otherwise.word)
        shown.add_row(*map(words, cells))
    out = console()
    out.print(shown)
    for warning in said.warnings:
        out.print(words(f"warning: {warning}", "yellow"))
    done = f"{len(found.tests)} tests of policy files passed"
    out.print(words(f"{len(found.tenants)} tenants, version {found.version}: no mistakes; {done}", "green"))


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(help="A message (.eml); - for standard input.", allow_dash=True)],
    tenant: Annotated[str, typer.Option(help="Judge by the policy of this tenant or preset.")] = "default",
    policies: Annotated[Path | None, typer.Option(help="Folder with the policy files.", metavar="DIR")] = None,
    config: Annotated[Path | None, typer.Option(help="The settings.", metavar="FILE")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show which rule decided each part of a message, and which came near; touches nothing."""
    from gateway.cli.examine import Question
    from gateway.cli.policy_explain import explain as run

    raise typer.Exit(run(Question(file, tenant, policies, config, as_json=json)))


@app.command()
def schema() -> None:
    """Print the JSON Schema of the policy files, for editors."""
    import json

    from gateway.policy.schema import schema as made

    typer.echo(json.dumps(made(), indent=2))


@app.command()
def show(
    tenant: Annotated[str, typer.Argument(help="The tenant's name.")],
    policies: Folder = _FOLDER,
    *,
    resolved: Annotated[bool, typer.Option("--resolved", help="With all that the default file adds.")] = False,
) -> None:
    """Show a tenant's policy, as its file says or as it works out."""
    from gateway.cli.show import complain, console

    found = _load(policies)
    by_name = {one.name: one for one in found.tenants}
    if tenant not in by_name:
        raise typer.Exit(complain((f'no tenant "{tenant}"; there are: {", ".join(sorted(by_name))}',)))
    text = _effective(by_name[tenant]) if resolved else (policies / "tenants" / f"{tenant}.yaml").read_text("utf-8")
    out = console()
    if out.is_terminal:
        from rich.syntax import Syntax

        out.print(Syntax(text, "yaml", background_color="default", word_wrap=True))
    else:
        typer.echo(text, nl=False)


def _wordless(found: "PolicySet", folder: Path, known: "AbstractSet[str]") -> tuple[str, ...]:
    """Name the tenants whose notices ask for a language without words."""
    allowed = ", ".join(sorted(known))
    return tuple(
        f'{folder / "tenants" / tenant.name}.yaml:1:1: notices: no words for "{tongue}"; allowed: {allowed}'
        for tenant in found.tenants
        for tongue in tenant.policy.notices.languages
        if tongue not in known
    )


def _load(folder: Path, also: tuple[str, ...] = ()) -> "PolicySet":
    """Load the folder, or say what is wrong with it, or `also` is, and end."""
    from gateway.adapters.policyfiles import load
    from gateway.cli.show import complain
    from gateway.policy.source import PolicyErrors

    try:
        found = load(folder)
    except PolicyErrors as error:
        raise typer.Exit(complain((*map(str, error.problems), *also))) from None
    if also:
        raise typer.Exit(complain(also))
    return found


def _effective(tenant: "Tenant") -> str:
    import yaml

    from gateway.policy.resolved import resolved

    head = f"# What holds for {tenant.name}, version {tenant.policy.version}\n"
    return head + yaml.safe_dump(resolved(tenant), sort_keys=False, default_flow_style=None, width=100)
