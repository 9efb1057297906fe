"""What is taken from a child before it reads a byte of mail.

`isolate` runs once in the nursery and is inherited: no network, no capabilities, no new privileges.
`confine` runs in each child: resource limits, no debugging, Landlock, seccomp. Resource limits must succeed
(OSError otherwise); what else the kernel or a container refuses is returned by name, for the log.
"""

import ctypes
import os
import resource
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from gateway.adapters.sandbox import landlock, seccomp
from gateway.model.limits import MIB

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_CAPABILITY_VERSION_3 = 0x20080522
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Jail:
    """Resource limits of one child. Sizes in bytes."""

    memory: int = 384 * MIB
    """Private memory; what the nursery shares with it counts too. Parsing works on chunks and mapped files."""
    file: int = 1024 * MIB
    """Largest file it may write: decoded and unpacked bytes of one message, twice the default limit."""
    descriptors: int = 64
    cpu: int = 3600
    """Seconds in its whole life; each job has a deadline of its own, kept by the worker."""


def isolate() -> tuple[str, ...]:
    """Give up network, capabilities and the way back to them. Return what was refused."""
    return _attempt(
        {
            "new network namespace": _unshare_network,
            "drop capabilities": _drop_capabilities,
            "no new privileges": lambda: _prctl(_PR_SET_NO_NEW_PRIVS, 1),
        }
    )


def confine(jail: Jail, spools: Path) -> tuple[str, ...]:
    """Apply the limits to this process, for good. Return what was refused.

    It may open files in the folder `spools`, read public code, and nothing else.
    """
    for what, bound in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_DATA, jail.memory),
        (resource.RLIMIT_AS, jail.memory + 3 * jail.file),  # maps of message and scratch, and the shared pages
        (resource.RLIMIT_FSIZE, jail.file),
        (resource.RLIMIT_NOFILE, jail.descriptors),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CPU, jail.cpu),
    ):
        resource.setrlimit(what, (bound, bound))
    return _attempt(
        {
            "not dumpable": lambda: _prctl(_PR_SET_DUMPABLE, 0),
            "landlock": lambda: landlock.restrict([spools], landlock.code()),
            "seccomp": seccomp.install,
        }
    )


def die_with(parent: int) -> None:
    """Be killed when `parent` ends; end now where it has gone already."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def close_all_but(keep: Iterable[int]) -> None:
    """Close every descriptor that is not in `keep`."""
    low = 0
    for kept in sorted(set(keep)):
        if low < kept:  # an empty range would close everything
            os.closerange(low, kept)
        low = kept + 1
    os.closerange(low, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def keep_memory() -> None:
    """Keep up to 4 MiB of freed memory: to give buffers back and get them again costs a photo 400 page faults."""
    _libc.mallopt(_M_MMAP_THRESHOLD, 1 * MIB)
    _libc.mallopt(_M_TRIM_THRESHOLD, 4 * MIB)


def trim_memory() -> None:
    """Hand freed memory back to the system; the C library keeps up to 64 MiB of it otherwise."""
    _libc.malloc_trim(0)


def _attempt(steps: dict[str, Callable[[], None]]) -> tuple[str, ...]:
    refused = []
    for name, step in steps.items():
        try:
            step()
        except OSError as error:
            refused.append(f"{name}: {error.strerror}")
    return tuple(refused)


def _unshare_network() -> None:
    try:
        _checked(_libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET))
    except OSError:
        _checked(_libc.unshare(_CLONE_NEWNET))


def _drop_capabilities() -> None:
    """Drop those of root, and the full set that a new user namespace gave."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _checked(_libc.capset(header, (ctypes.c_uint32 * 6)()))


def _prctl(option: int, value: int) -> None:
    _checked(_libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)))


def _checked(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
