"""Set-up: what is installed is what was locked."""

import re
import subprocess

import pytest

from tests.house.sources import ROOT, tracked

LOCKS = ["build", "runtime", "dev"]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_hashes(lock: str) -> None:
    """Each requirement has one exact version and at least one hash."""
    text = (ROOT / f"deploy/requirements/{lock}.txt").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]

    assert [line for line in lines if not re.match(r"[A-Za-z0-9_.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_dev_lock_holds_the_same_versions_as_the_runtime_lock() -> None:
    """What is tested is what is deployed."""
    runtime, dev = (
        set(re.findall(r"^[\w.-]+==\S+", (ROOT / f"deploy/requirements/{name}.txt").read_text(), re.MULTILINE))
        for name in ("runtime", "dev")
    )

    assert set() == runtime - dev


@pytest.mark.parametrize("script", [path for path in tracked() if path.name in {"setup", "run"}], ids=str)
def test_shell_script_parses(script: str) -> None:
    """Bash reads the script to its end."""
    outcome = subprocess.run(["bash", "-n", ROOT / script], capture_output=True, text=True, check=False)

    assert (outcome.returncode, outcome.stderr) == (0, "")


def test_every_make_target_is_listed_in_help() -> None:
    """`make help` knows each phony target."""
    text = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony

    assert sorted(phony[1].split()) == sorted(re.findall(r"^(\w+):.*  ## ", text, re.MULTILINE))
