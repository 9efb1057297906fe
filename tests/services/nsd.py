"""A real name server: NSD on a free port of the loopback, with the zones that a test gives it."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dns.message
import dns.query

from tests.services.ports import free_ports

_PATIENCE = 20.0
_TOP = "$TTL 300\n@ IN SOA ns admin 1 3600 600 86400 60\n@ IN NS ns\n"


@contextmanager
def nsd(folder: Path, zones: Mapping[str, str | None]) -> Iterator[str]:
    """Serve zones, given as lines of a zone file without SOA; None for one whose servers fail. Yield its address."""
    [port] = free_ports(1)
    address = f"127.0.0.1:{port}"
    blocks = []
    for name, lines in zones.items():
        file = folder / f"{name}.zone"
        if lines is not None:
            file.write_text(f"$ORIGIN {name}.\n{_TOP}{lines}\n")
        blocks.append(f'zone:\n  name: "{name}"\n  zonefile: "{file}"\n')
    config = folder / "nsd.conf"
    config.write_text(
        f'server:\n  ip-address: 127.0.0.1@{port}\n  username: ""\n  chroot: ""\n  pidfile: ""\n  database: ""\n'
        f'  zonesdir: "{folder}"\n  zonelistfile: "{folder}/zone.list"\n  xfrdfile: ""\n  xfrdir: "{folder}"\n'
        f'  server-count: 1\n  logfile: "{folder}/nsd.log"\nremote-control:\n  control-enable: no\n{"".join(blocks)}'
    )
    program = shutil.which("nsd") or "/usr/sbin/nsd"
    with subprocess.Popen(
        [program, "-d", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as one:
        try:
            _wait(port, one, folder / "nsd.log")
            yield address
        finally:
            one.terminate()
            one.wait()


def _wait(port: int, one: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while one.poll() is None and time.monotonic() < until:
        try:
            dns.query.udp(dns.message.make_query("ready.test", "TXT"), "127.0.0.1", timeout=0.2, port=port)
        except (dns.exception.Timeout, OSError):
            continue
        return
    raise RuntimeError(f"nsd did not start: {log.read_text() if log.exists() else ''}")
