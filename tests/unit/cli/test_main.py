"""The command line itself."""

import subprocess
import sys

import pytest

from gateway import __version__


def postern(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "gateway", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_version_is_the_packages() -> None:
    """One number, in one place."""
    assert postern("--version").stdout == f"postern {__version__}\n"


def test_help_names_every_command() -> None:
    """What a newcomer sees first."""
    shown = postern("--help").stdout

    assert [name for name in ("serve", "doctor", "examine", "send", "policy") if f"\n  {name} " not in shown] == []


def test_help_imports_no_command() -> None:
    """It answers at once: nothing heavy is loaded for it."""
    script = """
import sys
from gateway.cli.main import app
try:
    app(["--help"])
except SystemExit:
    pass
print([name for name in ("pydantic", "structlog", "magic", "aiosmtpd", "yaml") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("arguments", [("fly",), ("examine",), ("send", "x"), ("serve", "--confg", "x")])
def test_wrong_usage_is_told_without_a_traceback(arguments: tuple[str, ...]) -> None:
    """Exit code 2 and what is missing."""
    done = postern(*arguments)

    assert (done.returncode, "Traceback" in done.stderr, done.stderr.startswith("Usage:")) == (2, False, True)
