"""A real Exim as a client, which speaks PRDR: unpacked beside the machine's own MTA, never installed.

Needs root, as a Postfix of our own does. Exim is built to run as a user of its own; a private view of two files of
/etc gives it one for as long as the command runs.
"""

import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services.ports import HOST

PROGRAM = Path(__file__).parents[2] / "var/exim/usr/sbin/exim4"
"""Where deploy/setup unpacks it."""
_USER, _ID = "Debian-exim", 64_999

SETTINGS = """\
exim_path = {program}
keep_environment =
primary_hostname = exim.test
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
disable_ipv6 = true
begin routers
out:
  driver = manualroute
  senders = !:
  route_list = * {host}
  self = send
  transport = out
nobody:
  driver = redirect
  data = :blackhole:
begin transports
out:
  driver = smtp
  port = {port}
  allow_localhost
  hosts_try_prdr = *
begin retry
* * F,2h,1h
"""


@dataclass(frozen=True, slots=True)
class Exim:
    """An Exim that hands all its mail to one port; reports to senders vanish."""

    folder: Path

    def send(self, raw: bytes, sender: str, recipients: Sequence[str]) -> str:
        """Take a mail with CR LF lines, try once to deliver it, and return the log of that."""
        exim = [self.folder / "exim4", "-C", self.folder / "conf", "-odf", "-oi", "-f", sender, *recipients]
        script = "\n".join(
            [
                *(f"mount --bind {self.folder}/{name} /etc/{name} || exit" for name in ("passwd", "group")),
                f"exec {shlex.join(map(str, exim))}",
            ]
        )
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", script],
            input=raw.replace(b"\r\n", b"\n"),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
        return (self.folder / "log/mainlog").read_text()


@contextmanager
def running(port: int) -> Iterator[Exim]:
    """Set one up before a port of the loopback."""
    if not PROGRAM.exists():
        raise FileNotFoundError(f"{PROGRAM} is missing; `make setup` unpacks it")
    folder = Path(tempfile.mkdtemp(prefix="postern-exim-"))
    folder.chmod(0o755)
    try:
        for name in ("spool", "log"):
            (folder / name).mkdir()
            shutil.chown(folder / name, _ID, _ID)
        (folder / "passwd").write_text(f"{Path('/etc/passwd').read_text()}{_USER}:x:{_ID}:{_ID}::/:/usr/sbin/nologin\n")
        (folder / "group").write_text(f"{Path('/etc/group').read_text()}{_USER}:x:{_ID}:\n")
        # It runs itself again as its own user, who may not come to where the checkout lies.
        shutil.copy(PROGRAM, folder / "exim4")
        (folder / "conf").write_text(SETTINGS.format(program=folder / "exim4", folder=folder, host=HOST, port=port))
        yield Exim(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
