"""The shape of the house: small files, each says what it is, each has a twin test."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT, python_files, tracked

HARD_CAP = 300
CODE = ("gateway", "tests", "bench", "deploy")
BANNED_NAMES = {"util.py", "utils.py", "helper.py", "helpers.py", "common.py", "manager.py", "base.py", "misc.py"}

WITHOUT_TWIN = {
    "gateway/__main__.py": "one call",
    "gateway/adapters/sql/held_rows.py": "statements that test_quarantine.py runs",
    "gateway/adapters/sql/migrations/env.py": "three lines that test_schema.py runs",
    "gateway/adapters/sql/migrations/versions/v0001_quarantine.py": "test_schema.py compares it with tables.py",
    "gateway/adapters/sql/migrations/versions/v0002_hosting.py": "test_schema.py compares it with tables.py",
    "gateway/adapters/sql/migrations/versions/v0003_memos.py": "test_schema.py compares it with tables.py",
    "gateway/adapters/sql/migrations/versions/v0004_rescans.py": "test_schema.py compares it with tables.py",
    "gateway/adapters/sql/migrations/versions/v0005_doubtful_contents.py": "test_schema.py compares it with tables.py",
    "gateway/adapters/sql/tables.py": "data only",
    "gateway/adapters/storeplace.py": "data only",
    "gateway/app/duty.py": "a Protocol",
    "gateway/authn/errands.py": "data only",
    "gateway/filetype/structure.py": "data only",
    "gateway/mime/encodedfile.py": "data only",
    "gateway/model/artifact.py": "data only",
    "gateway/model/conditions.py": "data only",
    "gateway/model/envelope.py": "data only",
    "gateway/model/examination.py": "data only",
    "gateway/model/facts.py": "data only",
    "gateway/model/links.py": "data only",
    "gateway/model/message.py": "data only",
    "gateway/model/origin.py": "data only",
    "gateway/model/notice.py": "data only",
    "gateway/model/plan.py": "data only",
    "gateway/model/policy.py": "data only",
    "gateway/model/record.py": "data only",
    "gateway/model/scan.py": "data only",
    "gateway/model/verdict.py": "data, and selections of itself that test_decide.py relies on",
    "gateway/pipeline/services.py": "data only",
    "gateway/web/files/words.py": "data only",
}
"""Modules that need no test file of their own, each with the reason."""


@pytest.mark.parametrize("path", python_files(*CODE), ids=str)
def test_file_fits_its_reader(path: Path) -> None:
    """No file is longer than the hard cap."""
    assert len((ROOT / path).read_text().splitlines()) <= HARD_CAP


@pytest.mark.parametrize("path", python_files(*CODE), ids=str)
def test_module_says_what_it_is(path: Path) -> None:
    """Every module has a docstring."""
    assert ast.get_docstring(ast.parse((ROOT / path).read_text()))


@pytest.mark.parametrize("path", python_files(*CODE), ids=str)
def test_module_has_a_name_with_a_meaning(path: Path) -> None:
    """There is no drawer for everything."""
    assert path.name not in BANNED_NAMES


@pytest.mark.parametrize("path", [path for path in python_files("tests") if path.name.startswith("test_")], ids=str)
def test_every_test_says_what_must_hold(path: Path) -> None:
    """Each test function has a docstring."""
    functions = ast.walk(ast.parse((ROOT / path).read_text()))
    tests = [one for one in functions if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert [one.name for one in tests if one.name.startswith("test_") and not ast.get_docstring(one)] == []


def test_every_module_has_its_twin() -> None:
    """Each module with behaviour has tests/unit/<same path>/test_<name>.py."""
    modules = [path for path in python_files("gateway") if path.name != "__init__.py" and "ports" not in path.parts]
    expected = {str(path): twin(path) for path in modules if str(path) not in WITHOUT_TWIN}

    assert [module for module, test in expected.items() if not (ROOT / test).is_file()] == []


def test_no_exception_outlives_its_module() -> None:
    """Modules on the list of exceptions exist and have no twin."""
    assert [name for name in WITHOUT_TWIN if not (ROOT / name).is_file() or (ROOT / twin(Path(name))).is_file()] == []


def twin(module: Path) -> Path:
    """Return the path of the test file that belongs to `module`."""
    inside = Path(*module.parts[1:])
    return Path("tests/unit") / inside.parent / f"test_{inside.name.strip('_')}"


def test_imports_only_go_down() -> None:
    """The import contracts of pyproject.toml hold."""
    lint_imports = Path(sys.executable).parent / "lint-imports"
    outcome = subprocess.run([lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert outcome.returncode == 0, outcome.stdout


FOREIGN = [
    *("/" + "work/", "/" + "root/", "/" + "home/", "/opt/" + "pypi", "/opt/" + "wheels"),
    *("py" + "pi.org", "python" + "hosted.org", "npm" + "js.", "crates" + ".io", "debian" + ".org/debian"),
]
"""Paths of one machine and hosts of package registries, written so that this file passes its own test."""


def test_nothing_names_one_machine_or_a_registry() -> None:
    """The project installs from wherever the machine is set to install from, and runs in any folder."""
    texts = {path: (ROOT / path).read_bytes() for path in tracked() if path.suffix != ".eml"}
    found = [(str(path), word) for path, text in texts.items() for word in FOREIGN if word.encode() in text]

    assert found == []
