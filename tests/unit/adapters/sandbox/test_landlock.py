"""Which files remain, in a process that was forked for it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.adapters.sandbox import jail, landlock


def inside(folder: Path, attempt: Callable[[], object]) -> str:
    """Make an attempt in a restricted process; return what became of it."""
    pid = os.fork()
    if pid == 0:
        status = 3
        try:
            jail.isolate()
            landlock.restrict([folder], landlock.code())
            attempt()
            status = 0
        except PermissionError:
            status = 1
        except OSError:
            status = 2
        finally:
            os._exit(status)
    return ("done", "refused", "failed", "broken")[os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])]


@pytest.mark.parametrize(
    ("attempt", "outcome"),
    [
        (lambda folder: os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600), "done"),
        (lambda _: Path(os.__file__).read_bytes(), "done"),
        (lambda folder: (folder.parent / "secret").read_bytes(), "refused"),
        (lambda folder: list(folder.iterdir()), "refused"),
        (lambda folder: (folder.parent / "new").write_bytes(b""), "refused"),
        (lambda _: Path("/etc/hostname").read_bytes(), "refused"),
        (lambda _: Path("/proc/self/environ").read_bytes(), "refused"),
    ],
    ids=["spool", "code", "file beside", "list", "new file", "settings", "environment"],
)
def test_only_the_spool_and_public_code_remain(attempt: Callable[[Path], object], outcome: str, tmp_path: Path) -> None:
    """Where the kernel has no Landlock, the whole of it fails, and nothing is tried."""
    folder = tmp_path / "spool"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(b"secret")

    assert inside(folder, lambda: attempt(folder)) == (outcome if landlock.version() else "failed")


def test_code_holds_no_home_of_secrets() -> None:
    """Everything that may be read is installed software."""
    places = [path.resolve() for path in landlock.code()]

    assert not any(
        Path(secret).is_relative_to(place) for place in places for secret in ("/etc", "/var", "/run", "/root")
    )
