"""How a supervisor becomes its successor: the same process with the program as it is on disk now.

The process id, the children and the listening sockets stay; what must be known of them goes through one variable of
the environment. A program that cannot start is noticed before, by a trial run.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

TRIAL = "--check"
"""With this argument our own command only checks whether it could serve."""
_VARIABLE = "POSTERN_INHERITANCE"
_TRIAL_SECONDS = 20.0


class Heir(msgspec.Struct, frozen=True):
    """A child that lives on."""

    pid: int
    facts: Mapping[str, Any]
    """What it told when it became ready."""


class Inheritance(msgspec.Struct, frozen=True):
    """What a supervisor leaves to the next, which is the newer program: fields may be added with a default, no more."""

    children: Mapping[str, Heir]
    """By name."""
    leaving: Mapping[str, int]
    """Those that drain: names and process ids."""
    listeners: Mapping[str, Sequence[int]]
    """Descriptors by address and slot."""


def inherited() -> Inheritance | None:
    """Return what a predecessor left in this process, once."""
    left = os.environ.pop(_VARIABLE, None)
    return msgspec.json.decode(left, type=Inheritance) if left else None


def objections() -> list[str]:
    """Return why the program as it is now would not start; empty where it would."""
    command = [sys.executable, *sys.orig_argv[1:], TRIAL]
    try:
        trial = subprocess.run(  # noqa: S603 - the command line that started us
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TRIAL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return [str(error)]
    if trial.returncode == 0:
        return []
    said = (trial.stderr + trial.stdout).decode(errors="replace").splitlines()
    return said[-20:] or [f"the trial run ended with {trial.returncode}"]


def succeed(inheritance: Inheritance) -> None:
    """Replace the program; returns only by raising OSError. The caller has blocked its signals."""
    os.environ[_VARIABLE] = msgspec.json.encode(inheritance).decode()
    try:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - the command line that started us
    finally:
        del os.environ[_VARIABLE]
