"""A real name server that answers as lists do: dnsmasq on the loopback, its names changed while it runs."""

import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dns.message
import dns.query
import dns.rcode

from tests.services.ports import HOST, free_ports, wait_until

_PATIENCE = 20.0
_MARK = "ready.serial.test"


@dataclass(slots=True)
class NameServer:
    """A running one."""

    address: str
    _process: "subprocess.Popen[bytes]"
    _hosts: Path
    _serial: int = 0

    def hold(self, records: Mapping[str, tuple[str, ...]]) -> None:
        """Give these names these addresses, and no other name any; return when it answers so."""
        self._serial += 1
        lines = [f"{address} {name}\n" for name, addresses in records.items() for address in addresses]
        self._hosts.write_text("".join(lines) + f"127.0.0.{self._serial} {_MARK}\n")
        self._process.send_signal(signal.SIGHUP)
        self.wait(f"127.0.0.{self._serial}")

    def wait(self, serial: str) -> None:
        """Wait until it answers with what it was given last."""
        port = int(self.address.rpartition(":")[2])

        def is_ready() -> bool:
            try:
                answer = dns.query.udp(dns.message.make_query(_MARK, "A"), HOST, timeout=0.5, port=port)
            except (dns.exception.Timeout, OSError):
                return False
            return serial in str(answer)

        wait_until(is_ready, lambda: self._process.poll() is None, _PATIENCE, "dnsmasq")


@contextmanager
def dnsmasq(folder: Path, *zones: str, everything: str = "") -> Iterator[NameServer]:
    """Answer for `zones`, empty at first; every name of the zone `everything` is listed."""
    [port] = free_ports(1)
    hosts = folder / "hosts"
    hosts.write_text(f"127.0.0.100 {_MARK}\n")
    program = shutil.which("dnsmasq") or "/usr/sbin/dnsmasq"
    flags = [
        *("--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--local-ttl=0", "--user="),
        *(f"--port={port}", f"--listen-address={HOST}", "--bind-interfaces", "--pid-file=", "--log-facility=-"),
        *(f"--addn-hosts={hosts}", "--local=/serial.test/", *(f"--local=/{zone}/" for zone in zones)),
        *([f"--address=/{everything}/127.0.1.2"] if everything else []),
    ]
    with (folder / "dnsmasq.log").open("wb") as log, subprocess.Popen([program, *flags], stderr=log) as one:
        server = NameServer(f"{HOST}:{port}", one, hosts)
        try:
            server.wait("127.0.0.100")
            yield server
        finally:
            one.terminate()
            one.wait()
