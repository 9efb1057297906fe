"""The incident of 2019: one tenant's bad file, and the domain that all tenants' links shared was listed everywhere.

Here 600 tenants share six domains and a spare. One of them hosts what clamd learns to know a moment later, and a list
names the domain of its link. Real parts: the keeper's hands, clamd, a name server as the list, the processes of jobs
and files over one store.
"""

import json
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.keeper_frames import Host, Settle
from gateway.adapters.linkkeys import add_key
from gateway.adapters.spool import SpoolFolder
from gateway.app import status, stores
from gateway.app.config import load
from gateway.app.settings import Settings
from gateway.model.hosted import FileState, ShardState
from gateway.ports.hosting import NewFile
from gateway.reputation.shards import assign
from tests.incidents.clicking import click
from tests.services.clamd import Clamd, running_clamd
from tests.services.dnsmasq import NameServer, dnsmasq
from tests.services.jobs import jobs
from tests.services.ports import HOST, free_ports, wait_until
from tests.services.web_service import WebService, web_service
from tests.unit.adapters.sql.hosting import FACTS, FILE
from tests.unit.app.running import Running
from tests.unit.app.serving import Place, place
from tests.unit.jobs.shelf import digest

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(300)]

TENANTS = [f"tenant{number:03}" for number in range(600)]
BAD = "tenant042"
DOMAINS = [f"files{number}.example" for number in range(6)]
WORM = b"what clamd learns to know a minute later"
MOST = len(TENANTS) / len(DOMAINS) + 3 * (len(TENANTS) * 5 / 36) ** 0.5
"""Tenants that a hash puts on one of six domains: a sixth, and three standard deviations (27 of 600) beyond it."""
SANE = {"test.list.test": ("127.0.1.2",)}
SETTINGS = """
[store]
folder = "store"
[hosting]
domains = {domains}
scheme = "http"
port = {port}
[files]
listen = ["{host}:{port}"]
[rescans]
look = "1s"
[listings]
sources = ["dbl:list.test listed=test clean=invalid"]
interval = "5s"
jitter = "0s"
confirm = "0s"
resolver = ["{dns}"]
[alarms]
webhook = "{hook}/alarms"
"""


@dataclass(frozen=True, slots=True)
class House:
    """Everything that runs."""

    here: Place
    settings: Settings
    clamd: Clamd
    lists: NameServer
    hook: WebService

    def alarm(self, event: str) -> dict[str, Any]:
        """Return what the webhook was told first of something."""

        def told() -> list[dict[str, Any]]:
            return [one for one in (request.json() for request in self.hook.requests) if one["event"] == event]

        wait_until(lambda: told() != [], lambda: True, 60, event)
        return told()[0]

    def checks(self) -> int:
        """Return how often the lists were asked."""
        told = status.ask(status.jobs_place(self.settings.paths.run))
        assert told is not None
        found = re.search(r'postern_job_runs_total\{job="listings"\} (\d+)', told.metrics)
        return int(found[1]) if found else 0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Host a file of each tenant, and run everything."""
    with ExitStack() as stack:
        here = stack.enter_context(place())
        clamd = stack.enter_context(running_clamd())
        lists = stack.enter_context(dnsmasq(tmp_path, "list.test"))
        lists.hold(SANE)
        hook = stack.enter_context(web_service(lambda _: (204, b"")))
        [port] = free_ports(1)
        domains = json.dumps([*DOMAINS, "spare.example"]).replace(
            '"spare.example"', '{domain = "spare.example", spare = true}'
        )
        here.settings.write_text(here.settings.read_text().replace("unix:/nonexistent/clamd.ctl", clamd.unix))
        here.add(SETTINGS.format(domains=domains, host=HOST, port=port, dns=lists.address, hook=hook.url))
        (here.folder / "store").mkdir()
        add_key(here.folder / "store/link.keys")
        yield House(here, load(here.settings, {}), clamd, lists, hook)


def host_all(house: House) -> Mapping[str, str]:
    """Host a file of each tenant as the keeper does; return the links."""
    spools, vault, now, links = SpoolFolder(house.here.folder / "spool"), stores.vault(house.settings), time.time(), {}
    for tenant in TENANTS:
        content = content_of(tenant)
        spool = spools()
        spool.write(content)
        file = replace(
            FILE,
            id=f"file-{tenant}",
            tenant=tenant,
            message=tenant,
            recipients=(f"someone@{tenant}.example",),
            sha256=digest(content),
            size=len(content),
            created_at=now,
            expires_at=now + 86400,
            scanned_at=now,
            signatures="ClamAV 1.4",
        )
        links[tenant] = vault.host(Host(NewFile(file, "", FACTS)), spool.fileno())
        vault.settle(Settle(tenant, True))
        spool.close()
    return links


def content_of(tenant: str) -> bytes:
    """Return a tenant's file."""
    return WORM if tenant == BAD else b"of " + tenant.encode()


def download(house: House, link: str, domain: str) -> tuple[int, bytes]:
    """Click, on the page that a domain shows of a link; each link by a client of its own."""
    number, port = int(link.partition("tenant")[2][:3]), house.settings.hosting.port
    return click(
        f"http://{HOST}:{port}/{link.split('/', 3)[3]}", f"{domain}:{port}", f"10.0.{number % 250}.{number // 250}"
    )


def domain_of(link: str) -> str:
    """Return the domain of a link."""
    return link.split("/")[2].partition(":")[0]


def test_listing_of_a_shared_domain_reaches_a_sixth(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    """Noticed at the next check, traced to the file, cured, rotated; every clean link goes on giving its file."""
    links = host_all(house)
    listed = domain_of(links[BAD])
    affected = [tenant for tenant, link in links.items() if domain_of(link) == listed]
    command = [sys.executable, "-P", "-m", "gateway", "serve", "--role", "files", "--config", str(house.here.settings)]
    with Running(command, {}) as files, jobs(house.here.folder):
        files.wait_for("ready")
        before = download(house, links[BAD], listed)

        house.clamd.add_signature("Postern.Test.Drill", WORM)
        house.clamd.restart()
        checks, began = house.checks(), time.monotonic()
        house.lists.hold({**SANE, f"{listed}.list.test": ("127.0.1.4",)})
        alarm = house.alarm("domain_listed")
        checks, noticed = house.checks() - checks, time.monotonic() - began
        malware = house.alarm("hosted_malware")
        revoked = time.monotonic() - began

        with stores.catalogue(house.settings) as catalogue:
            shards = catalogue.shards.list()
            states = {one: found.state for one in TENANTS if (found := catalogue.files.find(f"file-{one}"))}
        now = {tenant: home.domain for tenant in TENANTS if (home := assign(tenant, shards))}
        resting = download(house, next(links[one] for one in affected if one != BAD), listed)
        got = {tenant: download(house, link, now[tenant]) for tenant, link in links.items()}

    moved = [tenant for tenant in TENANTS if now[tenant] != domain_of(links[tenant])]
    with capsys.disabled():
        sys.stdout.write(
            f"\n  600 tenants on 6 domains: {len(affected)} behind the listed one (a sixth is 100, bound {MOST:.0f});"
            f"\n  noticed after {noticed:.1f} s at check {checks} (every 5 s), file revoked after {revoked:.1f} s;"
            f"\n  {len(moved)} tenants moved to the spare, {sum(one == 200 for one, _ in got.values())} of 599 clean"
            " links give their file\n"
        )
    assert (200, WORM) == before
    assert len(affected) <= MOST
    assert (listed, checks <= 1) == (alarm["subject"], True)
    assert (f"file-{BAD}", "Postern.Test.Drill.UNOFFICIAL") == (malware["subject"], malware["detail"]["signature"])
    assert [ShardState.RESTING] == [one.state for one in shards if one.domain == listed]
    assert ([BAD], [f"someone@{BAD}.example"]) == (malware["detail"]["tenants"], malware["detail"]["recipients"])
    assert {**dict.fromkeys(TENANTS, FileState.LIVE), BAD: FileState.REVOKED} == states
    assert (affected, {"spare.example"}) == (moved, {now[tenant] for tenant in moved})
    assert 451 == got.pop(BAD)[0]
    assert {tenant: (200, content_of(tenant)) for tenant in TENANTS if tenant != BAD} == got
    assert (503, True) == (resting[0], b"spare.example" in resting[1])
