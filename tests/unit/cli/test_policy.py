"""`postern policy`."""

import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from gateway.adapters.notices import OWN
from gateway.cli.policy import app
from tests.unit.policy.samples import SHIPPED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped policies."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "policies"))


def run(*words: str | Path, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(app, [*map(str, words)], env=env)


def test_folder_without_mistakes_is_summed_up() -> None:
    """Exit code 0, and a line for each tenant."""
    result = run("lint", SHIPPED)

    assert result.exit_code == 0
    assert "2 tenants, version " in result.stdout
    assert "example.test, *.example.test" in result.stdout
    assert "\x1b" not in result.stdout


def test_every_mistake_is_a_line_of_standard_error(folder: Path) -> None:
    """Exit code 1."""
    (folder / "tenants" / "bad.yaml").write_text("tenant: bad\ndomains: [com]\nnext_hop: x\n")
    result = run("lint", folder)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert [line.partition(" ")[0] for line in result.stderr.splitlines()] == [
        f"{folder}/tenants/bad.yaml:2:11:",
        f"{folder}/tenants/bad.yaml:3:11:",
    ]


def test_broken_template_is_a_mistake_too(folder: Path) -> None:
    """Beside those of the policy files."""
    (folder / "notices").mkdir()
    (folder / "notices" / "removed.txt").write_text("a\n{% if %}\n")
    alone = run("lint", folder)
    (folder / "tenants" / "bad.yaml").write_text("tenant: bad\ndomains: [com]\nnext_hop: smtp://mx:25\n")
    both = run("lint", folder)

    assert (alone.exit_code, both.exit_code) == (1, 1)
    assert alone.stderr.startswith(f"{folder}/notices/removed.txt:2:1: ")
    assert len(both.stderr.splitlines()) == 2


def test_language_without_words_is_a_mistake(folder: Path) -> None:
    """Unless the installation brings them along."""
    tenant = "tenant: bad\ndomains: [bad.example]\nnext_hop: smtp://mx:25\nnotices: {languages: [en-acme]}\n"
    (folder / "tenants" / "bad.yaml").write_text(tenant)
    without = run("lint", folder)
    (folder / "notices" / "words").mkdir(parents=True)
    shutil.copyfile(OWN / "words" / "en.jinja", folder / "notices" / "words" / "en-acme.jinja")

    assert without.exit_code == 1
    assert 'bad.yaml:1:1: notices: no words for "en-acme"; allowed: de, en, es, fr' in without.stderr
    assert run("lint", folder).exit_code == 0


def test_folder_comes_from_option_or_environment(folder: Path) -> None:
    """The argument is the third way."""
    (folder / "default.yaml").unlink()

    assert run("lint", "--policies", folder).exit_code == 1
    assert run("lint", env={"POSTERN_POLICIES": str(folder)}).exit_code == 1
    assert run("lint", SHIPPED, "--policies", folder).exit_code == 0


def test_tenant_is_shown_as_written() -> None:
    """With its comments."""
    result = run("show", "studio", "--policies", SHIPPED)

    assert (SHIPPED / "tenants" / "studio.yaml").read_text() == result.stdout


def test_tenant_is_shown_as_it_works_out() -> None:
    """As YAML, with what the default adds."""
    shown = yaml.safe_load(run("show", "example", "--resolved", "--policies", SHIPPED).stdout)

    assert shown["allow"] == ["images", "videos", "pdf"]
    assert shown["message"]["limits"]["size"] == "50MiB"
    assert [rule["id"] for rule in shown["rules"]] == ["malware", "executables"]


def test_unknown_tenant_is_told_the_known_ones() -> None:
    """Exit code 1."""
    result = run("show", "acme", "--policies", SHIPPED)

    assert result.exit_code == 1
    assert result.stderr == 'no tenant "acme"; there are: example, studio\n'
