"""The processes of the files service; this module and all that it loads are for them alone.

SIGTERM stops accepting and lets downloads under way end within `limits.drain`. The policies say which languages a
tenant's pages speak and whom to ask; they are read again when they change.
"""

import asyncio
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog

from gateway.adapters.clamav import ClamAV
from gateway.adapters.filecontents import FolderContents, ObjectContents
from gateway.adapters.linkkeys import LinkKeys, NoKeys
from gateway.adapters.sql.lending import SqlLending
from gateway.adapters.sql.store import Store
from gateway.adapters.storeplace import StoreError
from gateway.app import stores, wiring
from gateway.app.cast import Tell
from gateway.app.listeners import BACKLOG
from gateway.app.policies import PolicyWatch
from gateway.app.settings import Settings
from gateway.app.watching import notifier
from gateway.jobs.checking import Checking
from gateway.model.links import Links
from gateway.model.policy import Notices
from gateway.ports.files import Contents, Unavailable
from gateway.web.connections import Bounds, HttpServer
from gateway.web.files.app import FilesApp, Parts, Terms
from gateway.web.files.clients import is_proxy
from gateway.web.files.download import Downloads
from gateway.web.files.recovery import Recovery
from gateway.web.orders.app import Orders
from gateway.web.orders.callers import Callers

_SCANS_AT_ONCE = 2

log = structlog.get_logger()


def give(settings: Settings, sockets: Sequence[socket.socket], tell: Tell) -> int:
    """Give files out until SIGTERM."""
    return asyncio.run(_give(settings, sockets, tell))


def obey(settings: Settings, sockets: Sequence[socket.socket], tell: Tell) -> int:
    """Take orders until SIGTERM."""
    return asyncio.run(_obey(settings, sockets, tell))


async def _give(settings: Settings, sockets: Sequence[socket.socket], tell: Tell) -> int:
    watch = PolicyWatch(settings.paths.policies)
    with stores.catalogue(settings) as catalogue:
        spools = wiring.spools(settings.paths.spool)
        clamav = wiring.scanner(settings, spools)
        alarms = notifier(settings)
        checking = Checking(
            catalogue.files, catalogue.store.blobs, clamav, spools, lambda: watch.current, alarms, _SCANS_AT_ONCE
        )
        lending = SqlLending(catalogue.store.engine)
        contents = _contents(catalogue.store)
        downloads = Downloads(lending, contents)
        recovery = Recovery(lending, alarms, settings.files.requests_per_day)
        keys = LinkKeys(settings.link_keys)
        parts = Parts(
            lending, downloads, contents.place, recovery, checking, _known(keys), _notices(watch), _links(watch)
        )
        server = HttpServer(FilesApp(parts, _terms(settings)), _bounds(settings))
        beside = (downloads.watch(), watch.watch(), _signatures(settings, clamav, checking))
        facts = {"files": [str(one) for one in settings.files.listen]}
        await _serve(settings, server, sockets, beside, lambda: tell(facts))
        await downloads.flush()
        clamav.close()
    return 0


async def _obey(settings: Settings, sockets: Sequence[socket.socket], tell: Tell) -> int:
    assert settings.files.api_tokens  # noqa: S101 - `problems` saw to it
    with stores.catalogue(settings) as catalogue:
        app = Orders(catalogue.files, Callers(settings.files.api_tokens), StoreError).app()
        server = HttpServer(app, _bounds(settings))
        await _serve(settings, server, sockets, (), lambda: tell({"api": str(settings.files.api_listen)}))
    return 0


async def _serve(
    settings: Settings,
    server: HttpServer,
    sockets: Sequence[socket.socket],
    beside: Sequence[Any],
    ready: Callable[[], None],
) -> None:
    """Serve until SIGTERM, with what runs beside; end early where that ends."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, lambda: None)
    await server.open(sockets, BACKLOG)
    tasks = [asyncio.create_task(one) for one in beside]
    stopping = asyncio.create_task(stop.wait())
    ready()
    await asyncio.wait({stopping, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        if task.done():
            log.error("files_incomplete", reason=repr(task.exception()))
    await server.close(settings.limits.drain)
    for task in (stopping, *tasks):
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(stopping, *tasks, return_exceptions=True)


def _contents(store: Store) -> Contents:
    folder = store.place.contents
    return FolderContents(folder) if folder else ObjectContents(store.blobs.objects)


def _terms(settings: Settings) -> Terms:
    files, hosting = settings.files, settings.hosting
    return Terms(
        hosting.scheme,
        hosting.port,
        files.proxies,
        files.accel,
        files.per_hour,
        files.client_per_hour,
        files.rescan,
    )


def _bounds(settings: Settings) -> Bounds:
    files = settings.files
    return Bounds(files.connections, files.per_client, files.stall, lambda peer: is_proxy(peer, files.proxies))


def _known(keys: LinkKeys) -> Callable[[], Sequence[bytes]]:
    def read() -> Sequence[bytes]:
        try:
            return keys.read()
        except NoKeys as error:
            raise Unavailable(str(error)) from None

    return read


def _notices(watch: PolicyWatch) -> Callable[[str], Notices]:
    def of(tenant: str) -> Notices:
        found = next((one.policy.notices for one in watch.current.tenants if one.name == tenant), None)
        return found or Notices()

    return of


def _links(watch: PolicyWatch) -> Callable[[str], Links]:
    def of(tenant: str) -> Links:
        found = next((one.policy.links for one in watch.current.tenants if one.name == tenant), None)
        return found or Links()

    return of


async def _signatures(settings: Settings, clamav: ClamAV, checking: Checking) -> None:
    """Keep asking for the version of the signatures: a file whose last verdict is older is scanned before it goes."""
    while True:
        states = await clamav.version()
        checking.signatures = next((one.engine for one in states if one.engine), checking.signatures)
        await asyncio.sleep(settings.clamav.refresh)
