"""A real LMTP server: a Dovecot of our own, in a folder, with a Maildir for each user it knows, ended by its pid.

Needs root, as a Postfix of our own does, and the `dovecot-lmtpd` package; never touches the machine's own instance.
"""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.services.ports import HOST, free_ports, wait_until, wait_until_listening

SETTINGS = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = lmtp
ssl = no
first_valid_uid = 0
mail_location = maildir:{folder}/mail/%n
mail_uid = nobody
mail_gid = nogroup
auth_username_format = %n
userdb {{
  driver = passwd-file
  args = {folder}/users
}}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
service lmtp {{
  inet_listener lmtp {{
    address = {host}
    port = {port}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A running instance."""

    folder: Path
    port: int

    def mails(self, user: str) -> list[bytes]:
        """Return the messages of a user."""
        return [path.read_bytes() for path in sorted((self.folder / "mail" / user / "new").glob("*"))]

    def wait_for(self, user: str, token: str) -> list[bytes]:
        """Return the user's messages with `token`, as soon as there is one."""

        def found() -> list[bytes]:
            return [raw for raw in self.mails(user) if token.encode() in raw]

        with contextlib.suppress(TimeoutError):
            wait_until(lambda: found() != [], lambda: True, 10, token)
        return found()


@contextlib.contextmanager
def running(users: Sequence[str]) -> Iterator[Dovecot]:
    """Run an LMTP server that knows `users`."""
    folder, (port,) = Path(tempfile.mkdtemp(prefix="dovecot-")), free_ports(1)
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    shutil.chown(folder / "mail", "nobody", "nogroup")
    (folder / "users").write_text("".join(f"{user}:{{PLAIN}}x::::::\n" for user in users))
    (folder / "dovecot.conf").write_text(SETTINGS.format(folder=folder, host=HOST, port=port))
    process = subprocess.Popen(
        ["dovecot", "-F", "-c", folder / "dovecot.conf"], stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_until_listening(port, lambda: process.poll() is None)
        yield Dovecot(folder, port)
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
