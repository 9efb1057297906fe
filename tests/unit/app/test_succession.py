"""What one program leaves to the next; the whole of it is in test_supervisor.py."""

import os
import sys

import pytest

from gateway.app import succession
from gateway.app.succession import Heir, Inheritance, inherited, objections, succeed

LEFT = Inheritance({"worker-1": Heir(7, {"policy": "v1"})}, {"worker-0": 6}, {"127.0.0.1:25": [3, 4]})
SHOW = """
import os
from gateway.app.succession import inherited
print(inherited(), inherited(), "POSTERN_INHERITANCE" in os.environ)
"""


def test_inheritance_comes_through_a_change_of_the_program(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, and it is not left to programs further down."""
    monkeypatch.setattr(sys, "orig_argv", [sys.executable, "-c", SHOW])
    pid = os.fork()
    if pid == 0:
        try:
            succeed(LEFT)
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)

    assert (status, capfd.readouterr().out) == (0, f"{LEFT} None False\n")


def test_nobody_left_anything() -> None:
    """An ordinary start."""
    assert inherited() is None


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("import sys; sys.exit(sys.argv[1:] != ['--check'])", []),
        ("import sys; sys.exit('postern.toml:3: no')", ["postern.toml:3: no"]),
        ("import os; os._exit(3)", ["the trial run ended with 3"]),
    ],
)
def test_trial_run_tells_what_is_wrong(program: str, expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing where it would start."""
    monkeypatch.setattr(sys, "orig_argv", [sys.executable, "-c", program])

    assert objections() == expected


def test_trial_run_that_hangs_is_an_objection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The supervisor waits within a bound."""
    monkeypatch.setattr(sys, "orig_argv", [sys.executable, "-c", "import signal; signal.pause()"])
    monkeypatch.setattr(succession, "_TRIAL_SECONDS", 0.1)

    assert "timed out" in objections()[0]
