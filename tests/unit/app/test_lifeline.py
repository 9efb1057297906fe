"""The ties between a process and those around it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.app.lifeline import notify


def test_process_dies_with_its_parent() -> None:
    """The kernel ends the child when the parent is killed; the pipe closes with its last writer."""
    script = """
import os, signal, sys
from gateway.app.lifeline import die_with
parent = os.getpid()
if os.fork() == 0:
    die_with(parent)
    print("up", flush=True)
signal.pause()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        process.kill()

        assert process.stdout.read() == b""


def test_process_whose_parent_is_gone_already_ends_at_once() -> None:
    """The parent may die between the fork and the first line of the child."""
    script = "import os; from gateway.app.lifeline import die_with; die_with(os.getpid()); print('still here')"
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)

    assert (process.returncode, process.stdout) == (-signal.SIGTERM, b"")


def test_notice_without_a_listener_is_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither without systemd nor when its socket has gone."""
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    notify("READY=1")

    assert list(tmp_path.iterdir()) == []
