"""Haraka with its attachment and clamd plugins, relaying before it answers (queue/smtp_forward).

npm install --prefix FOLDER bench/references    # then HARAKA=FOLDER/node_modules/Haraka/bin/haraka
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.subjects import Subject
from tests.services.clamd import running_clamd
from tests.services.ports import HOST, free_ports, wait_until_listening

NEEDS = "npm's Haraka, named by the variable HARAKA"
DOMAIN = "example.test"


def program() -> str | None:
    """Return Haraka's program, if it is here."""
    return shutil.which(os.environ.get("HARAKA", "haraka"))


@contextmanager
def subject(target: int) -> Iterator[Subject]:
    """Run it with two processes, as the gateway on two CPUs."""
    (port,) = free_ports(1)
    with running_clamd() as clamd, tempfile.TemporaryDirectory(prefix="postern-bench-") as name:
        files = {
            "smtp.ini": f"listen={HOST}:{port}\nnodes=2\n",
            "plugins": "rcpt_to.in_host_list\nattachment\nclamd\nqueue/smtp_forward\n",
            "host_list": f"{DOMAIN}\n",
            "clamd.ini": f"clamd_socket={clamd.unix.removeprefix('unix:')}\n",
            "smtp_forward.ini": f"host={HOST}\nport={target}\n",
            "me": "bench.test\n",
            "loglevel": "LOGNOTICE\n",
        }
        config = Path(name) / "config"
        shutil.copytree(Path(program() or "").resolve().parents[1] / "config", config)
        largest = config / "connection.ini"
        largest.write_text(largest.read_text().replace("bytes=26214400", "bytes=104857600"))
        for file, text in files.items():
            (config / file).write_text(text)
        with (Path(name) / "log").open("wb") as log:
            process = subprocess.Popen([program() or "haraka", "-c", name], stdout=log, stderr=log)
        try:
            wait_until_listening(port, lambda: process.poll() is None)
            yield Subject("haraka", process.pid, port, lambda: None)
        finally:
            process.terminate()
            process.wait()
