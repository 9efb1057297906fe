"""Free ports on loopback, and waiting until somebody listens on one."""

import socket
import time
from collections.abc import Callable

HOST = "127.0.0.1"


def free_ports(count: int) -> list[int]:
    """Return `count` different ports that nobody listens on at this moment."""
    sockets = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports: list[int] = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


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
