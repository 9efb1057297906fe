"""What the documentation refers to exists."""

import re
import shutil
from pathlib import Path

import pytest
from typer.main import get_command

from gateway.adapters.policyfiles import load
from gateway.cli.main import app
from gateway.policy.ruleshape import Then, When
from gateway.policy.shape import Message, Scanning, TenantFile
from tests.house.sources import ROOT, tracked

PAGES = [path for path in tracked() if path.suffix == ".md"]
TARGETS = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
COMMANDS = set(getattr(get_command(app), "commands", {}))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file or folder of the project."""
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", (ROOT / page).read_text())

    assert [link for link in links if not (ROOT / page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_commands_are_there(page: Path) -> None:
    """Every `make …` and `postern …` that a page tells the reader to give can be given."""
    code = re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", (ROOT / page).read_text(), re.DOTALL)
    text = "\n".join(part for pair in code for part in pair)
    targets = set(re.findall(r"^make ([a-z]\w*)", text, re.MULTILINE))
    commands = set(re.findall(r"^(?:\S*/)?postern ([a-z]\w*)", text, re.MULTILINE))

    assert targets <= TARGETS
    assert commands <= COMMANDS


def test_policy_of_the_readme_is_taken(tmp_path: Path) -> None:
    """The example that everybody copies has no mistake."""
    example = re.search(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert example
    folder = tmp_path / "policies"
    shutil.copytree(ROOT / "policies", folder, ignore=shutil.ignore_patterns("tenants"))
    (folder / "tenants").mkdir()
    (folder / "tenants/acme.yaml").write_text(example[1])

    assert [tenant.name for tenant in load(folder).tenants] == ["acme"]


def test_every_key_of_the_policy_files_is_documented() -> None:
    """On the page that says it has them all."""
    page = (ROOT / "docs/policy.md").read_text()
    models = (TenantFile, Message, Scanning, When, Then)
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()}

    assert sorted(key for key in keys if not re.search(rf"`(\w+\.)?{key}\b", page)) == []
