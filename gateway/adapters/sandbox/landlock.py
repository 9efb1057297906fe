"""Which files a child may open by their path: its spool folder, and the programs' own code to read.

A child has the gateway's user, and with it the right to read settings, keys and other mail. Landlock (Linux 5.13)
takes that away for good; descriptors that it was given stay usable. Where the kernel lacks it, `restrict` raises
OSError, and the log says so.
"""

import ctypes
import os
import struct
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_ASK_VERSION = 1
_PATH_BENEATH = 1
_WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_FILE, _MAKE_REG = 1 << 1, 1 << 2, 1 << 3, 1 << 5, 1 << 8
_READ = _READ_FILE | _READ_DIR
_WRITE = _READ_FILE | _WRITE_FILE | _REMOVE_FILE | _MAKE_REG
_FILES_SINCE = {1: 13, 2: 14, 3: 15, 5: 16}
"""Kinds of access to files that each version of the interface knows, so many bits from the lowest."""
_TCP, _SCOPES = 0b11, 0b11
"""Bind and connect (version 4); abstract sockets and signals (version 6)."""

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """Return the version of the kernel's interface; 0 where there is none."""
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_ASK_VERSION))))


def code() -> tuple[Path, ...]:
    """Return the folders of public code from which modules and character sets are loaded late."""
    python = {Path(path) for path in sysconfig.get_paths().values()}
    return (Path("/usr"), Path("/lib"), Path("/lib64"), Path(__file__).parents[2], *sorted(python))


def restrict(writable: Iterable[Path], readable: Iterable[Path]) -> None:
    """Deny this process every other file, for good; needs "no new privileges". Raises OSError."""
    known = version()
    handled = (1 << max((bits for since, bits in _FILES_SINCE.items() if since <= known), default=0)) - 1
    fields = [handled, _TCP if known >= 4 else 0, _SCOPES if known >= 6 else 0][: 1 + (known >= 4) + (known >= 6)]
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    rules = _checked(_libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint(0)))
    try:
        for folder in writable:
            _allow(rules, folder, _WRITE)
        for folder in readable:
            with suppress(FileNotFoundError):
                _allow(rules, folder, _READ)
        _checked(_libc.syscall(_RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint(0)))
    finally:
        os.close(rules)


def _allow(rules: int, folder: Path, access: int) -> None:
    beneath = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", access, beneath)
        _checked(_libc.syscall(_ADD_RULE, ctypes.c_int(rules), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint(0)))
    finally:
        os.close(beneath)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
