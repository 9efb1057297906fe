"""Free ports on loopback, and waiting until somebody listens on one."""

import random
import socket
import time
from collections.abc import Callable

HOST = "127.0.0.1"
LOWEST, HIGHEST = 15_000, 32_000
_Socket = socket.socket  # pytest-socket guards the name later; looking for a free port is no network
_CHANCE = random.SystemRandom()  # not the seeded one: every test would get the same ports


def free_ports(count: int) -> list[int]:
    """Return `count` different ports that nobody listens on at this moment.

    They lie below the range from which the kernel gives ports to clients, so that no connection of another
    test takes one before it is listened on.
    """
    found: list[int] = []
    while len(found) < count:
        port = _CHANCE.randrange(LOWEST, HIGHEST)
        if port not in found and _is_free(port):
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    with _Socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def wait_until_listening(port: int, is_alive: Callable[[], bool], seconds: float = 30) -> None:
    """Return when the port takes connections; raise when its process ends or the time is up."""
    wait_until(lambda: is_listening(port), is_alive, seconds, f"port {port}")


def wait_until(is_done: Callable[[], bool], is_alive: Callable[[], bool], seconds: float, what: str) -> None:
    """Poll `is_done` of another process; raise when that process ends or the time is up."""
    deadline = time.monotonic() + seconds
    while not is_done():
        if not is_alive():
            raise RuntimeError(f"the process ended before {what} was ready")
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} was not ready in {seconds} s")
        time.sleep(0.02)


def is_listening(port: int) -> bool:
    """Tell whether a connection to the port is taken."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True
