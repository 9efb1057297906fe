"""What ties a process to those around it: its parent's life, and systemd's notices (Linux)."""

import ctypes
import os
import signal
import socket

_PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """Get SIGTERM when the process `parent`, which forked us, dies; at once if it is dead already."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def notify(*assignments: str) -> None:
    """Tell systemd, where it asked for it: sd_notify(3), such as "READY=1"."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        try:
            sock.sendto("\n".join(assignments).encode(), "\0" + address[1:] if address[0] == "@" else address)
        except OSError:
            return  # nobody listens any more; the service works all the same


def watchdog_seconds() -> float:
    """Return how often systemd wants to hear WATCHDOG=1, with room for a late one; 0 where it does not."""
    return int(os.environ.get("WATCHDOG_USEC", "0")) / 2_000_000
