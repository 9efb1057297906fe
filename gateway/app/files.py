"""The duty of files, `postern serve --role files`: processes that give hosted files out, and one that takes orders.

What they do is in `giving.py`, which only those processes load.
"""

import socket
from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from gateway.app.cast import Cast, Role, Tell
from gateway.app.checks import folders, policies
from gateway.app.duty import Check
from gateway.app.listeners import Listeners
from gateway.app.settings import Settings
from gateway.app.units import Address


def callers(settings: Settings) -> list[str]:
    """See that the API has callers, where there is to be one."""
    if settings.files.api_listen is None:
        return []
    if settings.files.api_tokens is None:
        return ["files.api_listen: an API without callers; name a file in files.api_tokens"]
    from gateway.web.orders.callers import Callers, NoCallers  # noqa: PLC0415 - only where there is an API

    try:
        Callers(settings.files.api_tokens).read()
    except NoCallers as error:
        return [f"files.api_tokens: {error}"]
    return []


class Files:
    """Implements `Duty`."""

    checks: ClassVar[Sequence[Check]] = (folders, policies, callers)

    def __init__(self, settings: Settings, left: Iterable[str] = ()) -> None:
        """Begin anew, whatever a predecessor left."""

    @staticmethod
    def addresses(settings: Settings) -> Sequence[Address]:
        """Return where files are given out, and where orders are taken."""
        api = settings.files.api_listen
        return (*settings.files.listen, *([api] if api else []))

    def cast(self, settings: Settings, listeners: Listeners) -> Cast:
        """Return the processes. Raises OSError where an address cannot be had."""
        public = listeners.claim(settings.files.listen, settings.files.workers)
        roles = {
            f"files-{number}": Role(partial(_run, "give", settings, sockets), sockets)
            for number, sockets in enumerate(public, 1)
        }
        if settings.files.api_listen:
            (sockets,) = listeners.claim((settings.files.api_listen,), 1)
            roles["files-api"] = Role(partial(_run, "obey", settings, sockets), sockets)
        return Cast(roles, settings.limits.drain, lambda: None)


def _run(part: str, settings: Settings, sockets: Sequence[socket.socket], tell: Tell) -> int:
    from gateway.app import giving  # noqa: PLC0415 - what it loads is for these processes alone

    return {"give": giving.give, "obey": giving.obey}[part](settings, sockets, tell)
