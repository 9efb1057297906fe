"""The listening sockets, held by the supervisor so that whoever waits in one outlives the worker behind it.

One socket for each address and slot, all of an address sharing its port (SO_REUSEPORT): the kernel spreads connections
over them, and each is accepted from by one worker. The next worker of the slot, of the same or of new code, finds
the queue as it was. A unix socket has one queue only, which all slots share.
"""

import errno
import os
import socket
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from gateway.app.units import Address, SocketFile

BACKLOG = 1024

Descriptors = Mapping[str, Sequence[int]]
"""Of each address, by slot."""


class Listeners:
    """What is listened on; sockets stay open until whoever got them closes them."""

    def __init__(self, inherited: Descriptors | None = None) -> None:
        """Begin with what a predecessor handed over."""
        self._open = {name: list(map(_adopted, descriptors)) for name, descriptors in (inherited or {}).items()}

    def claim(self, addresses: Sequence[Address | SocketFile], slots: int) -> list[tuple[socket.socket, ...]]:
        """Return the sockets of each slot, one for each address. Raises OSError, and nothing is kept of the attempt.

        The file of a new unix socket is its owner's alone.
        """
        held = {
            name: alive for name, ones in self._open.items() if (alive := [one for one in ones if one.fileno() >= 0])
        }
        fresh: list[socket.socket] = []
        try:
            for address in addresses:
                ones = held.setdefault(str(address), [])
                while len(ones) < slots:
                    fresh.append(_listening(address) if isinstance(address, Address) else _shared(address.path, ones))
                    ones.append(fresh[-1])
        except OSError:
            for one in fresh:
                one.close()
            raise
        self._open = held
        return [tuple(held[str(address)][slot] for address in addresses) for slot in range(slots)]

    def surrender(self) -> Descriptors:
        """Return the descriptors for a successor, which keep open when the program is replaced."""
        kept = {name: [one.fileno() for one in ones if one.fileno() >= 0] for name, ones in self._open.items()}
        for descriptors in kept.values():
            for descriptor in descriptors:
                os.set_inheritable(descriptor, True)
        return kept

    def close_others(self, wanted: Iterable[socket.socket]) -> None:
        """Close what is not among `wanted`; its worker serves on what it accepted."""
        kept = set(wanted)
        for ones in self._open.values():
            for one in ones:
                if one not in kept:
                    one.close()


def _adopted(descriptor: int) -> socket.socket:
    os.set_inheritable(descriptor, False)
    return socket.socket(fileno=descriptor)


def _listening(address: Address) -> socket.socket:
    family, kind, protocol, _, place = socket.getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(place)
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


def _shared(path: Path, ones: Sequence[socket.socket]) -> socket.socket:
    """Return another descriptor of the socket, or the first."""
    if ones:
        return ones[0].dup()
    if is_answered(path):
        raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE), str(path))
    if path.is_socket():  # of a gateway that was killed
        path.unlink()
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        sock.bind(str(path))
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    finally:
        os.umask(before)
    return sock


def is_answered(path: Path) -> bool:
    """Tell whether somebody listens on the unix socket at `path`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.setblocking(False)
        try:
            asking.connect(str(path))
        except BlockingIOError:  # its queue is full
            return True
        except OSError:
            return False
    return True
