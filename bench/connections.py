"""Many short connections, and what the tree of processes holds before and after them.

    python -m bench.connections [--connections 100000] [--clients 8] [--seed N]

Some bring mail, some only greet, and the rest leave at every stage there is, with a goodbye, without one, or by a
reset. Prints descriptors and memory (PSS); exit 1 when descriptors were left behind.
"""

import argparse
import asyncio
import secrets
import socket
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from random import Random

from bench.soak.faults import NextHop
from bench.soak.mails import MARK
from bench.tree import descriptors, memory
from tests import builders
from tests.services.clamd import running_clamd
from tests.services.gateway import Gateway
from tests.services.ports import HOST, free_ports, wait_until

SLACK = 16
"""Descriptors: connections to next hop and clamd are kept or not, as it comes."""
CALM = 90.0
"""Seconds in which kept connections go."""
_WARM = 400
_STAGES = (
    b"",
    b"EHLO many.test\r\n",
    b"MAIL FROM:<many@sender.example>\r\n",
    b"RCPT TO:<bob@example.test>\r\n",
    b"DATA\r\n",
    b"Subject: half\r\n\r\n",
)
_MAIL = MARK + b"many\r\n" + builders.mail(builders.text())
_RESET = struct.pack("ii", 1, 0)


async def many(port: int, count: int, clients: int, chance: Random) -> Counter[str]:
    """Make `count` connections, `clients` at a time; return how many of each kind there were."""
    made: Counter[str] = Counter()

    async def work() -> None:
        while made.total() < count:
            kind = chance.choices(list(_KINDS), (1, 4, 6))[0]
            made[kind] += 1
            with suppress(OSError, asyncio.IncompleteReadError):
                await _KINDS[kind](port, chance)

    await asyncio.gather(*(work() for _ in range(clients)))
    return made


async def _mail(port: int, _chance: Random) -> None:
    """Bring a mail, and read to the end."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        for said in (*_STAGES[:5], _MAIL + b".\r\n", b"QUIT\r\n"):
            writer.write(said)
            while (await reader.readuntil(b"\n"))[3:4] == b"-":
                continue
    finally:
        writer.close()


async def _greeting(port: int, _chance: Random) -> None:
    """Say EHLO and QUIT."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        await reader.readuntil(b"\n")
        writer.write(b"EHLO many.test\r\nQUIT\r\n")
        await reader.read()
    finally:
        writer.close()


async def _cut(port: int, chance: Random) -> None:
    """Leave at some stage."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        for said in _STAGES[: chance.randint(1, len(_STAGES))]:
            writer.write(said)
            if not said.startswith(b"Subject"):
                while (await reader.readuntil(b"\n"))[3:4] == b"-":
                    continue
        if chance.random() < 0.5:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    finally:
        writer.transport.abort() if chance.random() < 0.5 else writer.close()


_KINDS: dict[str, Callable[[int, Random], Awaitable[None]]] = {
    "with mail": _mail,
    "greeted": _greeting,
    "cut off": _cut,
}


def held(gateway: Gateway, least: int) -> int:
    """Return the descriptors of the tree, as soon as they are no more than `least`, or at the end of our patience."""
    with suppress(TimeoutError):
        wait_until(lambda: descriptors(gateway.process.pid) <= least, gateway.is_alive, CALM, "calm")
    return descriptors(gateway.process.pid)


def main() -> None:
    """Run, and print what was held before and after."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 32))
    options = parser.parse_args()
    chance = Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="connections-") as folder, running_clamd() as clamd:
        (port,) = free_ports(1)
        hop = NextHop(port, Path(folder) / "notes")
        try:
            with Gateway.running(f"smtp://{HOST}:{port}", clamd.unix) as gateway:
                asyncio.run(many(gateway.port, _WARM, options.clients, chance))
                before, used = descriptors(gateway.process.pid), memory(gateway.process.pid)
                began = time.monotonic()
                made = asyncio.run(many(gateway.port, options.connections, options.clients, chance))
                took = time.monotonic() - began
                after, left = held(gateway, before + SLACK), memory(gateway.process.pid)
        finally:
            hop.stop()
    kinds = ", ".join(f"{times} {kind}" for kind, times in sorted(made.items()))
    print(f"seed {options.seed}; {made.total()} connections in {took:.0f} s ({kinds})")
    print(f"descriptors {before} before, {after} after; memory {used:.1f} MiB before, {left:.1f} MiB after")
    sys.exit(0 if after <= before + SLACK else 1)


if __name__ == "__main__":
    main()
