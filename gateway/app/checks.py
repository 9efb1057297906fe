"""What must be right before mail is taken; each check returns its problems in words for the admin.

`serve` refuses to start over those of its duty, `doctor` shows them in a table.
"""

import errno
import os
import socket

from gateway.app import wiring
from gateway.app.listeners import is_answered
from gateway.app.settings import Settings
from gateway.app.status import place
from gateway.app.units import Address, SocketFile
from gateway.doors.smtp.tls import CertificateError
from gateway.policy.source import PolicyErrors

_SOCKET_NAME = 107
"""Bytes that the kernel takes for the name of a unix socket (unix(7))."""
_ADVICE = {
    errno.EADDRINUSE: "is in use",
    errno.EACCES: "needs a privilege (root, or CAP_NET_BIND_SERVICE)",
    errno.EADDRNOTAVAIL: "is not an address of this machine",
}


def folders(settings: Settings) -> list[str]:
    """Make the folders that are ours, and see that they can be written."""
    problems = []
    for name, folder in (
        ("paths.run", settings.paths.run),
        ("paths.maildir", settings.paths.maildir),
        ("paths.outcomes", settings.paths.outcomes),
        ("store.folder", settings.store.folder),
    ):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except OSError as error:
            problems.append(f"{name}: {folder}: {error.strerror}")
    if len(os.fsencode(place(settings.paths.run, settings.server.workers))) > _SOCKET_NAME:
        problems.append(f"paths.run: {settings.paths.run}: too long for the sockets in it; choose a shorter path")
    try:
        wiring.spools(settings.paths.spool)
    except OSError as error:
        problems.append(f"paths.spool: {settings.paths.spool}: {error.strerror}")
    return problems


def certificate(settings: Settings) -> list[str]:
    """Load the certificate, where one is named, in a process of its own.

    The children that examine mail are forked from ours, which must never have held the key.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            wiring.certificate(settings)
        except CertificateError as error:
            os.write(writing, str(error).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as said:  # noqa: PTH123 - a descriptor, not a path
        problem = said.read().decode()
    os.waitpid(pid, 0)
    return [problem] if problem else []


def policies(settings: Settings) -> list[str]:
    """Read all policy files."""
    try:
        wiring.policies(settings.paths.policies)
    except PolicyErrors as error:
        return [str(problem) for problem in error.problems]
    return []


def occupied(address: Address | SocketFile) -> str:
    """Say why nobody can listen on `address`; empty where one can."""
    if isinstance(address, SocketFile):
        return _socket_problem(address)
    try:
        family = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((address.host, address.port))
    except OSError as error:
        return f"port {address} {_ADVICE.get(error.errno or 0, error.strerror)}"
    return ""


def _socket_problem(address: SocketFile) -> str:
    folder = address.path.parent
    if len(os.fsencode(address.path)) > _SOCKET_NAME:
        return f"{address} is too long for a socket; choose a shorter path"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"{address}: {folder} {'cannot be written' if folder.exists() else 'does not exist'}"
    if address.path.exists() and not address.path.is_socket():
        return f"{address} is a file that is no socket"
    return f"{address} is in use" if is_answered(address.path) else ""
