"""Who plays which role: the processes that belong to one state of the settings."""

import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

FIRST_DELAY = 0.1
"""Seconds before a role that died is played again; each further death doubles them."""

Tell = Callable[[Mapping[str, Any]], None]
Main = Callable[[Tell], int]
"""What a child runs: it calls Tell once when it is ready, and returns its exit code."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a child does, and with which listening sockets."""

    main: Main
    sockets: tuple[socket.socket, ...] = ()
    watches: bool = False
    """It tells of the others, and goes last when all end."""


@dataclass(slots=True, eq=False)
class Child:
    """One role and the process that plays it now."""

    name: str
    role: Role
    pid: int = 0
    """0 while no process plays it."""
    notice: Mapping[str, Any] | None = None
    """What it told when it became ready."""
    started: float = 0.0
    due: float = 0.0
    delay: float = FIRST_DELAY


@dataclass(frozen=True, slots=True)
class Cast:
    """The roles that belong to one state of the settings."""

    roles: Mapping[str, Role]
    drain: float
    """Seconds in which they end by themselves."""
    before_fork: Callable[[], object]

    def unborn(self) -> list[Child]:
        """Return a child for each role, not started yet."""
        return [Child(name, role) for name, role in self.roles.items()]

    def sockets(self) -> list[socket.socket]:
        """Return what its roles listen on."""
        return [one for role in self.roles.values() for one in role.sockets]


def are_ready(children: Iterable[Child]) -> bool:
    """Tell whether each has said so."""
    return all(child.notice is not None for child in children)
