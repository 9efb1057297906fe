"""From the name of a next hop to its addresses, off the event loop and within bounds.

The system's resolver may keep silent for half a minute and cannot be interrupted. So it has a few threads of its own,
is asked once at a time for each name, and whoever waits does so no longer than suits him. An answer is kept for a
while; an older one is better than none when the resolver is silent, but not when it says that there is no such name.
"""

import asyncio
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from ipaddress import ip_address

KEEP_SECONDS = 60.0
SILENCE_SECONDS = 3.0
"""After which an old answer is taken."""
_THREADS = 4

Resolve = Callable[[str], Sequence[str]]


class NoAddress(OSError):
    """The name has no address, or nobody says which."""


def system(name: str) -> Sequence[str]:
    """Ask the system's resolver; return the addresses in the order in which to try them. Raises OSError, ValueError."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(place[0]) for *_, place in found))


class Names:
    """For one event loop; as many names as the policy names hops."""

    def __init__(self, resolve: Resolve = system, keep_seconds: float = KEEP_SECONDS) -> None:
        self._resolve = resolve
        self._keep_seconds = keep_seconds
        self._threads = ThreadPoolExecutor(_THREADS, "names")
        self._known: dict[str, tuple[Sequence[str], float]] = {}
        """With the time (monotonic) at which they were told."""
        self._asking: dict[str, asyncio.Future[Sequence[str]]] = {}

    async def addresses(self, host: str) -> Sequence[str]:
        """Return the addresses of `host`, which may be one itself. Raises NoAddress; the caller keeps the time."""
        with suppress(ValueError):
            return (str(ip_address(host)),)
        known, told = self._known.get(host, ((), 0.0))
        if known and time.monotonic() - told < self._keep_seconds:
            return known
        try:
            async with asyncio.timeout(SILENCE_SECONDS if known else None):
                return await asyncio.shield(self._ask(host))
        except TimeoutError:
            return known
        except (OSError, ValueError) as error:  # ValueError: a name that IDNA cannot encode
            if known and not (isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME):
                return known
            raise NoAddress(f"{host}: {error}") from error

    def close(self) -> None:
        """Ask nobody any more; a thread that still waits ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, host: str) -> asyncio.Future[Sequence[str]]:
        asking = self._asking.get(host)
        if asking is None:
            asking = asyncio.get_running_loop().run_in_executor(self._threads, self._resolve, host)
            self._asking[host] = asking
            asking.add_done_callback(partial(self._learn, host))
        return asking

    def _learn(self, host: str, asked: asyncio.Future[Sequence[str]]) -> None:
        del self._asking[host]
        if not asked.cancelled() and not asked.exception():
            self._known[host] = asked.result(), time.monotonic()
