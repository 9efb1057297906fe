"""A real PostgreSQL for tests: a cluster of its own in a private folder, on a port of 127.0.0.1, ended by its pid."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.services.ports import HOST, free_ports, wait_until_listening

_USER = "postgres"
"""Whose the cluster is where we are root, under whom PostgreSQL refuses to run."""


def _programs() -> Path:
    """Return the folder of the newest version; Debian keeps them off the path."""
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


@contextmanager
def postgres() -> Iterator[str]:
    """Run a cluster; give the URL of an empty database in it."""
    folder = Path(tempfile.mkdtemp(prefix="postern-pg-"))
    (port,) = free_ports(1)
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        owner = {"user": _USER, "group": pwd.getpwnam(_USER).pw_gid, "extra_groups": ()}
        shutil.chown(folder, _USER)
    programs, data = _programs(), folder / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-A", "trust", "-U", "postern", "--locale=C.UTF-8"],
        check=True,
        capture_output=True,
        cwd=folder,
        **owner,
    )
    serve: list[str | Path] = [programs / "postgres", "-D", data, "-h", HOST, "-p", str(port), "-k", folder]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(serve, stdout=log, stderr=log, cwd=folder, **owner)
    try:
        wait_until_listening(port, lambda: process.poll() is None)
        yield f"postgresql://postern@{HOST}:{port}/postgres"
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)
