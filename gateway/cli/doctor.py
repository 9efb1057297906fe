"""`postern doctor`: everything that mail needs, looked at from outside, with what to do about it.

It changes nothing: no folder is made, no mail is sent. Run it as the gateway's user, whose rights count.
"""

import asyncio
import os
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from gateway.adapters.storeplace import StoreError
from gateway.app import checks, senders, stores, wiring
from gateway.app.config import ConfigError, find, load
from gateway.app.mail import clamd_states
from gateway.app.settings import Settings
from gateway.app.units import Address, SocketFile
from gateway.cli import doctor_domains
from gateway.cli.mta import remarks
from gateway.cli.show import Finding, console, silence_logs, table, words
from gateway.model.errors import Deferred
from gateway.model.limits import Deadline
from gateway.model.tenant import Route
from gateway.policy.source import PolicyErrors
from gateway.wire.milter_frames import Actions, Steps, negotiated

_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}
_PATIENCE = 15.0
_At = TypeVar("_At", Address, Address | SocketFile)
_ENGINE = re.compile(r"ClamAV [^/]+/(?P<version>\d+)/(?P<date>.+)")


def doctor(config: Path | None, postfix: Path | None = None) -> int:
    """Show all findings; return 1 when something failed."""
    silence_logs()
    out, found = console(), []
    shown = table("", "what", "how it is", "what to do")
    for one in examine(config, postfix):
        found.append(one.state)
        shown.add_row(words(one.state, _STYLES[one.state]), *map(words, (one.what, one.detail, one.advice)))
    out.print(shown)
    return 1 if "fail" in found else 0


def examine(config: Path | None, postfix: Path | None = None) -> Iterator[Finding]:
    """Look at one thing after the other; `postfix` is the main.cf of an MTA that asks us as its milter."""
    path = find(config)
    try:
        settings = load(path, os.environ)
    except ConfigError as error:
        for problem in error.problems:
            yield Finding("fail", "settings", problem, "correct the line")
        return
    yield Finding("ok", "settings", str(path or "defaults; no file"))
    yield _name(settings)
    for name in ("spool", "maildir", "run"):
        yield _folder(name, getattr(settings.paths, name))
    yield from _store(settings)
    yield _certificate(settings)
    yield from _seals(settings)
    for address in (*settings.listen.smtp, *settings.listen.lmtp):
        yield _port(address, lambda at: _greeting(at).startswith(f"220 {settings.server.hostname} "))
    for milter in settings.listen.milter:
        yield _port(milter, _speaks_milter)
    yield _port(settings.monitor.listen, _is_healthy)
    yield from _clamd(settings)
    yield from _policies(settings)
    if postfix:
        yield from _mta(postfix, settings)


def _name(settings: Settings) -> Finding:
    name = settings.server.hostname
    if "." in name.strip("."):
        return Finding("ok", "name", name)
    return Finding("warn", "name", f"{name} is no full host name", "set server.hostname; some next hops insist")


def _folder(name: str, folder: Path) -> Finding:
    """See whether the user who runs this can write to a folder, or make it; make nothing."""
    what = f"paths.{name}"
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir():
        return Finding("fail", what, f"{there} is not a folder", "remove it, or choose another path")
    if not os.access(there, os.W_OK | os.X_OK):
        return Finding("fail", what, f"{there} cannot be written by this user", "give it to the gateway's user")
    owner = f"{there} belongs to {there.owner()}"
    return Finding("ok", what, owner if there == folder else f"will be made at the start; {owner}")


def _store(settings: Settings) -> Iterator[Finding]:
    """See whether a message could be held now; only the folder is looked at before the first one is."""
    folder, least = settings.store.folder, settings.store.free
    place = _folder("folder", folder)
    yield replace(place, what="store.folder")
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free < least:
        yield Finding("warn", "store space", f"{free >> 20} MiB are free at {there}", "make room; held mail needs it")
    if not stores.has_store(settings):
        yield Finding("ok", "store", "will be made when the first message is held")
        return
    try:
        yield Finding("ok", "store", f"{stores.held_now(settings)} messages are held")
    except StoreError as error:
        advice = "mail that a policy holds gets 451 until this is right"
        yield Finding("fail", "store", str(error), advice)


def _certificate(settings: Settings) -> Finding:
    if not settings.tls.certificate:
        return Finding("warn", "certificate", "none: clients cannot use STARTTLS", "set tls.certificate and tls.key")
    for problem in checks.certificate(settings):
        return Finding("fail", "certificate", problem, "name a PEM file and its key, readable for the gateway's user")
    return Finding("ok", "certificate", str(settings.tls.certificate))


def _seals(settings: Settings) -> Iterator[Finding]:
    """See that the keys for ARC seals can be read, where there are any."""
    problems = senders.key_problems(settings) if settings.arc.keys else []
    advice = "see that the gateway's user can read it, or make one with `postern keys make`"
    for problem in problems:
        yield Finding("fail", "arc.keys", problem, advice)
    if settings.arc.keys and not problems:
        yield Finding("ok", "arc.keys", f"{len(settings.arc.keys)} for {settings.arc.domain}")


def _port(address: _At, is_ours: Callable[[_At], bool]) -> Finding:
    """A port is well when it is free, or when we are the one who answers on it."""
    problem = checks.occupied(address)
    if not problem:
        return Finding("ok", f"port {address}", "free")
    if is_ours(address):
        return Finding("ok", f"port {address}", "Postern answers")
    return Finding("fail", f"port {address}", problem, "end the other program, or choose another port")


def _greeting(address: Address) -> str:
    try:
        with socket.create_connection((address.host, address.port), _PATIENCE) as sock:
            return sock.recv(1000).decode("ascii", "replace")
    except OSError:
        return ""


def _speaks_milter(address: Address | SocketFile) -> bool:
    """Offer nothing, and see whether that is answered."""
    is_file = isinstance(address, SocketFile)
    with socket.socket(socket.AF_UNIX if is_file else socket.AF_INET) as asking:
        asking.settimeout(_PATIENCE)
        try:
            asking.connect(str(address.path) if isinstance(address, SocketFile) else (address.host, address.port))
            asking.sendall(negotiated(6, Actions(0), Steps(0)))
            return asking.recv(5)[4:] == b"O"
        except OSError:
            return False


def _mta(main_cf: Path, settings: Settings) -> Iterator[Finding]:
    try:
        yield from remarks(main_cf, settings.limits.deadline)
    except (OSError, UnicodeDecodeError) as error:
        yield Finding("fail", "postfix", f"{main_cf} cannot be read: {error}", "name the main.cf of the MTA")


def _is_healthy(address: Address) -> bool:
    asking = HTTPConnection(address.host, address.port, timeout=_PATIENCE)
    try:
        asking.request("GET", "/healthz")
        return b"alive" in asking.getresponse().read(1000)
    except (OSError, HTTPException):
        return False
    finally:
        asking.close()


def _clamd(settings: Settings) -> Iterator[Finding]:
    with TemporaryDirectory(prefix="postern-doctor-") as folder:
        states = clamd_states(settings, Path(folder))
    advice = "start clamd, and see that clamav.addresses names its socket; without it all mail gets 451"
    for state in states:
        if not state.engine:
            yield Finding("fail", f"clamd {state.address}", state.error, advice)
            continue
        yield signatures(state, settings.clamav.max_age)


def signatures(state: wiring.ClamdState, most: float) -> Finding:
    """Judge the age of the signatures that a clamd scans with; `most` is in seconds."""
    what, found = f"clamd {state.address}", _ENGINE.fullmatch(state.engine)
    if not found:
        return Finding("warn", what, f"{state.engine}: no signature database of its own", "run freshclam")
    try:
        made = datetime.strptime(found["date"], "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return Finding("warn", what, f"{state.engine}: signatures of unknown age", "run freshclam")
    days = (time.time() - made.timestamp()) / 86400
    if days * 86400 > most:
        return Finding("warn", what, f"{state.engine}: signatures are {days:.0f} days old", "run freshclam")
    return Finding("ok", what, state.engine)


def _policies(settings: Settings) -> Iterator[Finding]:
    try:
        found = wiring.policies(settings.paths.policies)
    except PolicyErrors as error:
        for problem in error.problems:
            yield Finding("fail", "policies", str(problem), "correct the line; `postern policy lint` checks again")
        return
    yield Finding("ok", "policies", f"{len(found.tenants)} tenants, version {found.version}")
    yield from doctor_domains.remarks(settings, [domain for one in found.tenants for domain in one.domains])
    for tenant in found.tenants:
        yield asyncio.run(_hop(f"next hop of {tenant.name}", tenant.route, settings))


async def _hop(what: str, route: Route, settings: Settings) -> Finding:
    """Greet the next hop as mail would, and leave."""
    hops = wiring.next_hops(settings)
    try:
        conversation = await hops.open(route, Deadline(time.monotonic() + _PATIENCE))
    except Deferred as error:
        return Finding("fail", what, error.reason, "start it, or correct next_hop; its mail gets 451 until then")
    else:
        features = conversation.features
        await conversation.release()
        lacks = [name for name, has in (("8BITMIME", features.body8bit), ("SMTPUTF8", features.smtputf8)) if not has]
        return Finding("ok", what, f"{features.name} answers" + (f", without {', '.join(lacks)}" if lacks else ""))
    finally:
        await hops.close()
