"""Milters to be measured behind one Postfix each: Postern on both kinds of socket, clamav-milter, rspamd, and none.

All ask a clamd of their own, which does not count. They run privately, on loopback and from folders that are removed.
"""

import getpass
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import postfix as mta
from tests.services.clamd import running_clamd
from tests.services.gateway import Gateway
from tests.services.ports import HOST, free_ports, wait_until_listening

USERS = ("bob",)
PATIENCE = {"milter_connect_timeout": "60s", "milter_command_timeout": "60s"}

CLAMAV_MILTER = """\
MilterSocket inet:{port}@127.0.0.1
ClamdSocket unix:{clamd}
Foreground yes
User {user}
OnInfected Reject
OnFail Defer
MaxFileSize 100M
TemporaryDirectory {folder}
"""
RSPAMD = """\
options {{ pidfile = "{folder}/pid"; tempdir = "{folder}"; filters = ""; max_message = 104857600; }}
logging {{ type = "console"; level = "error"; }}
lua = "$RULESDIR/rspamd.lua";
modules {{ path = "$PLUGINSDIR/antivirus.lua"; path = "$PLUGINSDIR/mime_types.lua"; }}
antivirus {{ clamav {{ type = "clamav"; servers = "{clamd}"; action = "reject"; scan_mime_parts = true;
  symbol = "CLAM"; max_size = 104857600; }} }}
mime_types {{ extension_map = {{ pdf = "application/pdf"; }} }}
actions {{ reject = 100; }}
worker "rspamd_proxy" {{ bind_socket = "127.0.0.1:{port}"; milter = true; timeout = 120s; count = 2;
  upstream "local" {{ default = true; self_scan = true; }} }}
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A Postfix and the milter that it asks."""

    name: str
    milter: int
    """Its process; 0 where there is none."""
    mta: mta.Postfix

    def settle(self) -> None:
        """Return when everything that was accepted has left."""
        queues = [self.mta.folder / "queue" / name for name in ("incoming", "active", "deferred")]
        while any(path.is_file() for queue in queues for path in queue.rglob("*")):
            time.sleep(0.05)


@contextmanager
def _site(name: str, pid: int, milter: str, target: int) -> Iterator[Site]:
    instance = mta.with_milter(milter, target, USERS, message_size_limit="104857600", maillog_file="", **PATIENCE)
    try:
        yield Site(name, pid, instance)
    finally:
        instance.stop()


@contextmanager
def none(target: int) -> Iterator[Site]:
    """Run Postfix alone."""
    with _site("none", 0, "", target) as site:
        yield site


@contextmanager
def postern_unix(target: int) -> Iterator[Site]:
    """Run Postern on a unix socket."""
    with tempfile.TemporaryDirectory(prefix="postern-bench-") as folder:
        Path(folder).chmod(0o755)
        place = f"unix:{folder}/milter"
        with _postern("Postern, unix socket", place, place, target) as site:
            yield site


@contextmanager
def postern_tcp(target: int) -> Iterator[Site]:
    """Run Postern on TCP."""
    (port,) = free_ports(1)
    with _postern("Postern, TCP", f"{HOST}:{port}", f"inet:{HOST}:{port}", target) as site:
        yield site


@contextmanager
def _postern(name: str, ours: str, theirs: str, target: int) -> Iterator[Site]:
    mode = '[milter]\nsocket_mode = "0666"\n'
    with (
        running_clamd() as clamd,
        Gateway.running(f"smtp://{HOST}:{target}", clamd.unix, milter=[ours], more=mode) as gateway,
        _site(name, gateway.process.pid, theirs, target) as site,
    ):
        yield site


@contextmanager
def clamav_milter(target: int) -> Iterator[Site]:
    """Run clamav-milter."""
    with _daemon("clamav-milter", CLAMAV_MILTER, ["clamav-milter", "--config-file"], target) as site:
        yield site


@contextmanager
def rspamd(target: int) -> Iterator[Site]:
    """Run rspamd with its modules for viruses and file types only."""
    with _daemon("rspamd", RSPAMD, ["rspamd", "-f", "-i", "-c"], target) as site:
        yield site


@contextmanager
def _daemon(name: str, config: str, command: list[str], target: int) -> Iterator[Site]:
    (port,) = free_ports(1)
    with running_clamd() as clamd, tempfile.TemporaryDirectory(prefix="postern-bench-") as folder:
        file = Path(folder) / "conf"
        socket = clamd.unix.removeprefix("unix:")
        file.write_text(config.format(port=port, clamd=socket, folder=folder, user=getpass.getuser()))
        with (Path(folder) / "out").open("wb") as log:
            process = subprocess.Popen([*command, file], stdout=log, stderr=log)
        try:
            wait_until_listening(port, lambda: process.poll() is None)
            with _site(name, process.pid, f"inet:{HOST}:{port}", target) as site:
                yield site
        finally:
            process.terminate()
            process.wait()


def available() -> list[Callable[[int], AbstractContextManager[Site]]]:
    """Return the subjects whose programs are here."""
    others = [one for one in (clamav_milter, rspamd) if shutil.which(one.__name__.replace("_", "-"))]
    return [none, postern_unix, postern_tcp, *others]
