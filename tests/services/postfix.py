"""A real Postfix of our own: configuration, queue and log in a folder, on loopback ports, ended by its pid.

Needs root, because Postfix drops to its own user, and the `postfix` package. Never touches the machine's own
instance. `behind()` is a next hop, `front()` a client and a before-queue client of the gateway.
"""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.services.ports import HOST, free_ports, wait_until_listening

MASTER = Path("/usr/lib/postfix/sbin/master")
DOMAIN = "example.test"
FRAGMENTS = Path(__file__).parents[2] / "deploy/postfix"

SERVICES = """\
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
proxymap  unix  - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
lmtp      unix  - - n - - lmtp
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
tlsmgr    unix  - - n 1000? 1 tlsmgr
postlog   unix-dgram n - n - 1 postlogd
"""

SETTINGS = {
    "compatibility_level": "3.6",
    "inet_interfaces": HOST,
    "inet_protocols": "ipv4",
    "mynetworks": "127.0.0.0/8",
    "mydestination": "",
    "alias_maps": "",
    "alias_database": "",
    "smtp_dns_support_level": "disabled",
    "smtp_host_lookup": "native",
    "local_recipient_maps": "",
    # Pass on what came: no breaking of long lines, no fields added.
    "smtp_line_length_limit": "0",
    "header_size_limit": "8388608",
    "message_size_limit": "104857600",
    "mailbox_size_limit": "0",
    "smtputf8_enable": "yes",
    # Tests see the first attempt; a second one would only blur them.
    "minimal_backoff_time": "1h",
    "maximal_backoff_time": "1h",
    "local_header_rewrite_clients": "",
    "smtpd_client_connection_count_limit": "0",
    "default_process_limit": "100",
}


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running instance."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def log(self) -> str:
        """Return everything that was logged so far."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def flush(self) -> None:
        """Try all that waits again, now."""
        subprocess.run(["postqueue", "-c", self.folder / "etc", "-f"], check=True, capture_output=True)

    def stop(self) -> None:
        """End the master, which ends its children, and remove the folder."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start(listeners: str, port: int, settings: dict[str, str], maps: dict[str, str]) -> Postfix:
    """Start an instance whose master.cf begins with `listeners`; `{folder}` in settings names its folder.

    `maps` are texthash tables to be written beside main.cf.
    """
    folder = prepare(listeners, settings, maps)
    subprocess.run(["postfix", "-c", folder / "etc", "check"], check=True, capture_output=True)
    # A session of its own: the master signals its whole process group when it ends.
    process = subprocess.Popen(
        [MASTER, "-c", folder / "etc", "-d"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    instance = Postfix(folder, port, process)
    try:
        wait_until_listening(port, lambda: process.poll() is None)
    except Exception as error:
        error.add_note(instance.log())
        instance.stop()
        raise
    return instance


def prepare(listeners: str, settings: dict[str, str], maps: dict[str, str]) -> Path:
    """Write the configuration of an instance into a new folder and return that."""
    if os.geteuid() != 0:
        raise PermissionError("a Postfix of our own needs root: it drops to its own user")
    folder = Path(tempfile.mkdtemp(prefix="postern-mta-"))
    folder.chmod(0o755)
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    places = {
        "config_directory": "{folder}/etc",
        "queue_directory": "{folder}/queue",
        "data_directory": "{folder}/data",
        "maillog_file": "{folder}/log",
        "maillog_file_prefixes": "{folder}",
    }
    lines = [f"{key} = {value}\n" for key, value in (places | SETTINGS | settings).items()]
    (folder / "etc/main.cf").write_text("".join(lines).replace("{folder}", str(folder)))
    (folder / "etc/master.cf").write_text(listeners + SERVICES)
    for name, text in maps.items():
        (folder / "etc" / name).write_text(text)
    return folder


def behind(deliver_to: int, users: tuple[str, ...], **settings: str) -> Postfix:
    """Start a next hop: takes mail for `users`, refuses others, hands on to a port on loopback."""
    (port,) = free_ports(1)
    strict = {
        "mynetworks": "192.0.2.1/32",
        "smtpd_relay_restrictions": "reject_unauth_destination",
        "smtpd_recipient_restrictions": "reject_unlisted_recipient",
    }
    listener = f"{HOST}:{port} inet n - n - - smtpd\n"
    return start(listener, port, _next_hop("behind.test", deliver_to) | strict | settings, _users(users))


def front(gateway: int, *, speaks: str = "smtp", **settings: str) -> Postfix:
    """Start an ordinary MTA that sends all mail for the domain to the gateway, as the internet would; or by LMTP."""
    (port,) = free_ports(1)
    return start(
        f"{HOST}:{port} inet n - n - - smtpd\n",
        port,
        {
            "myhostname": "front.test",
            "transport_maps": "texthash:{folder}/etc/transport",
            "relay_transport": "discard:",
            "default_transport": "discard:",
            **settings,
        },
        {"transport": f"{DOMAIN} {'lmtp:inet' if speaks == 'lmtp' else 'smtp'}:[{HOST}]:{gateway}\n"},
    )


def before_queue(gateway: int, back: int, deliver_to: int, users: tuple[str, ...]) -> Postfix:
    """Start an edge Postfix with the fragments of deploy/postfix: the gateway hands back on the port `back`."""
    (port,) = free_ports(1)
    listeners = (FRAGMENTS / "before-queue.master.cf").read_text()
    for theirs, ours in (
        ("smtp      inet", f"{HOST}:{port} inet"),
        ("127.0.0.1:2525", f"{HOST}:{gateway}"),
        ("127.0.0.1:10026", f"{HOST}:{back}"),
    ):
        assert theirs in listeners
        listeners = listeners.replace(theirs, ours)
    return start(listeners, port, _next_hop("edge.test", deliver_to) | _fragment("before-queue.main.cf"), _users(users))


def with_milter(milter: str, deliver_to: int, users: tuple[str, ...], **settings: str) -> Postfix:
    """Start a tenant's mail system that asks a milter, with the fragment of deploy/postfix."""
    return behind(deliver_to, users, **(_fragment("milter.cf") | {"smtpd_milters": milter} | settings))


def _fragment(name: str) -> dict[str, str]:
    lines = (FRAGMENTS / name).read_text().splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, _, value in pairs}


def _next_hop(name: str, deliver_to: int) -> dict[str, str]:
    return {
        "myhostname": name,
        "relay_domains": DOMAIN,
        "relay_recipient_maps": "texthash:{folder}/etc/users",
        "relay_transport": f"relay:[{HOST}]:{deliver_to}",
        "unknown_relay_recipient_reject_code": "550",
    }


def _users(users: tuple[str, ...]) -> dict[str, str]:
    return {"users": "".join(f"{user}@{DOMAIN} x\n" for user in users)}
