"""amavisd-new with clamd and without SpamAssassin, as a before-queue proxy: it relays before it answers."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.subjects import Subject
from tests.services.clamd import running_clamd
from tests.services.ports import free_ports, wait_until_listening

NEEDS = "Debian's amavisd-new"
_CONFIG = r"""
use strict;
$MYHOME = '{folder}/home';
$TEMPBASE = "$MYHOME/tmp";
$QUARANTINEDIR = undef;
$lock_file = "$MYHOME/lock";
$pid_file = "$MYHOME/pid";
$db_home = "$MYHOME";
$enable_db = 0;
$daemon_user = 'amavis';
$daemon_group = 'amavis';
$myhostname = 'bench.example.test';
$mydomain = 'example.test';
@local_domains_maps = (1);
$inet_socket_bind = '127.0.0.1';
$inet_socket_port = {port};
@inet_acl = qw(127.0.0.1);
$forward_method = 'smtp:[127.0.0.1]:{target}';
$notify_method = $forward_method;
$max_servers = 50;
$max_requests = 1000;
$do_syslog = 0;
$log_level = 0;
$LOGFILE = "$MYHOME/log";
@bypass_spam_checks_maps = (1);
$enable_dkim_verification = 0;
$final_virus_destiny = D_REJECT;
$final_banned_destiny = D_REJECT;
$final_spam_destiny = D_PASS;
$final_bad_header_destiny = D_PASS;
$banned_filename_re = new_RE(qr'.\.(exe|vbs|pif|scr|bat|cmd|com|cpl|js|dll)$'i, qr'^\.(exe-ms|exe)$');
@av_scanners = (
  ['ClamAV-clamd', \&ask_daemon, ["CONTSCAN {}\n", '{clamd}'],
   qr/\bOK$/m, qr/\bFOUND$/m, qr/^.*?: (?!Infected Archive)(.*) FOUND$/m]);
1;
"""


def program() -> str | None:
    """Return amavisd, if it is here."""
    return shutil.which("amavisd") or shutil.which("amavisd-new")


@contextmanager
def subject(target: int) -> Iterator[Subject]:
    """Run it with a process for each of fifty clients."""
    (port,) = free_ports(1)
    with running_clamd() as clamd, tempfile.TemporaryDirectory(prefix="postern-bench-") as name:
        folder = Path(name)
        (folder / "home/tmp").mkdir(parents=True)
        folder.chmod(0o755)
        places = {"folder": name, "port": str(port), "target": str(target), "clamd": clamd.tcp.removeprefix("tcp:")}
        text = _CONFIG
        for key, value in places.items():
            text = text.replace("{" + key + "}", value)
        (folder / "amavisd.conf").write_text(text)
        for path in (folder / "home", folder / "home/tmp"):
            shutil.chown(path, "amavis", "amavis")
        command = [program() or "amavisd", "-c", str(folder / "amavisd.conf"), "foreground"]
        with (folder / "out").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            wait_until_listening(port, lambda: process.poll() is None)
            yield Subject("amavisd-new", process.pid, port, lambda: None)
        finally:
            process.terminate()
            process.wait()
