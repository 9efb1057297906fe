"""A listed attachment domain, with a real name server as the list: noticed, rested, and back when it is clean."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.linkkeys import add_key
from tests import builders
from tests.e2e.mails import headers
from tests.services.capture import Capture, Captured
from tests.services.clamd import Clamd
from tests.services.client import send
from tests.services.dnsmasq import NameServer, dnsmasq
from tests.services.gateway import ROOT, TENANT, Gateway
from tests.services.jobs import Jobs, jobs
from tests.services.ports import HOST, wait_until
from tests.services.safe_browsing import KEY, SafeBrowsingStandIn, safe_browsing_stand_in
from tests.services.web_service import WebService, web_service

pytestmark = pytest.mark.enable_socket

DOMAINS = [f"files{number}.example" for number in range(6)]
SETTINGS = f"""
[store]
folder = "store"
[hosting]
domains = {DOMAINS}
keys = "link.keys"
[listings]
sources = ["dbl:list.test listed=test clean=invalid", "safebrowsing:google.key"]
interval = "1s"
jitter = "0s"
confirm = "1s"
clean_for = "3s"
trusted_after = "1s"
resolver = ["{{dns}}"]
safe_browsing = "{{google}}"
[alarms]
webhook = "{{hook}}/alarms"
"""
HOSTING = TENANT.replace(
    "otherwise: reject", "otherwise: reject\nrules: [{{id: host-pdf, when: {{family: pdf}}, then: {{action: host}}}}]"
)
SANE = {"test.list.test": ("127.0.1.2",)}
_LINK = re.compile(r"https://(files\d\.example)/[A-Za-z0-9_.-]+/[^\s\"<>]+")
_ATTRIBUTE = re.compile(r"""([a-z-]+)\s*=\s*["'][^"']*files\d\.example""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class House:
    """Everything that runs."""

    gateway: Gateway
    jobs: Jobs
    lists: NameServer
    google: SafeBrowsingStandIn
    hook: WebService
    hop: Capture

    def mail(self, token: str) -> Captured:
        """Send a mail with a document; return what arrived."""
        document = builders.document() + f"% {token}\n".encode()
        file = builders.part(document, "application/pdf", "plan.pdf")
        send(self.gateway.port, builders.head(headers(token)) + builders.multipart(builders.text("Hi\r\n"), file))
        return self.hop.wait_for(token)[0]

    def alarm(self, event: str, subject: str) -> dict[str, Any]:
        """Return what the webhook was told, once; the same may happen again later."""

        def told() -> list[dict[str, Any]]:
            every = [request.json() for request in self.hook.requests]
            return [one for one in every if (one["event"], one["subject"]) == (event, subject)]

        wait_until(lambda: told() != [], lambda: self.jobs.process.poll() is None, 60, f"{event} of {subject}")
        found = told()[0]
        self.hook.requests.clear()
        return found

    def domains(self) -> dict[str, dict[str, Any]]:
        """Return what `postern domains list` shows."""
        config = str(self.gateway.folder / "postern.toml")
        command = [sys.executable, "-m", "gateway", "domains", "list", "--json", "--config", config]
        shown = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
        return {one["domain"]: one for one in json.loads(shown)["domains"]}


@pytest.fixture(scope="module")
def house(clamd: Clamd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Run a gateway that hosts, its jobs, the lists, and who is told."""
    folder: Path = tmp_path_factory.mktemp("dns")
    with ExitStack() as stack:
        lists = stack.enter_context(dnsmasq(folder, "list.test"))
        lists.hold(SANE)
        google = stack.enter_context(safe_browsing_stand_in())
        hook = stack.enter_context(web_service(lambda _: (204, b"")))
        hop = stack.enter_context(Capture())
        more = SETTINGS.format(dns=lists.address, google=google.url, hook=hook.url)
        tenants = {"example": HOSTING}
        next_hop = f"smtp://{HOST}:{hop.port}"
        gateway = stack.enter_context(Gateway.running(next_hop, clamd.unix, more=more, tenants=tenants))
        add_key(gateway.folder / "link.keys")
        (gateway.folder / "google.key").write_text(KEY)
        running = stack.enter_context(jobs(gateway.folder))
        yield House(gateway, running, lists, google, hook, hop)


def _domain(arrived: Captured) -> str:
    """Return the one attachment domain that stands in a mail."""
    [domain] = {link[1] for text in _texts(arrived) for link in _LINK.finditer(text)}
    return domain


def _texts(arrived: Captured) -> list[str]:
    seen = message_from_bytes(arrived.data, policy=policy.SMTP)
    return [part.get_content() for part in seen.walk() if part.get_content_maintype() == "text"]


def test_listed_domain_rests_and_comes_back(house: House) -> None:
    """From the list's answer to the next mail's link, and back again; people are told of both."""
    before = house.mail("health-before")
    domain = _domain(before)
    links = house.domains()[domain]["links"]
    house.lists.hold({**SANE, f"{domain}.list.test": ("127.0.1.4",)})
    alarm = house.alarm("domain_listed", domain)["detail"]
    meanwhile, seen = _domain(house.mail("health-meanwhile")), house.domains()
    house.lists.hold(SANE)
    house.alarm("domain_clean", domain)
    after = _domain(house.mail("health-after"))

    assert ("resting", ["list.test bad (127.0.1.4)"], 1) == (alarm["state"], alarm["listed_by"], alarm["tenants"])
    assert (links, links) == (alarm["links"], len(alarm["suspects"]))
    assert meanwhile != domain
    assert ("resting", True, True) == (
        seen[domain]["state"],
        seen[domain]["listed"],
        meanwhile in seen[domain]["links_work_on"],
    )
    assert domain == after


def test_safe_browsing_is_heard(house: House) -> None:
    """A domain that only Google lists rests too."""
    domain = _domain(house.mail("health-google"))
    house.google.threats[f"http://{domain}/"] = "SOCIAL_ENGINEERING"
    alarm = house.alarm("domain_listed", domain)["detail"]
    house.google.threats.pop(f"http://{domain}/")
    house.alarm("domain_clean", domain)

    assert "safebrowsing social engineering" in alarm["listed_by"]


def test_list_that_closed_down_moves_nobody(house: House) -> None:
    """It lists what it must not: it is put aside with an alarm, until it is right again."""
    everything = {f"{name}.list.test": ("127.0.1.2",) for name in (*DOMAINS, "invalid")}
    told = len(house.jobs.events("domain_listed"))
    house.lists.hold({**SANE, **everything})
    alarm = house.alarm("listing_source_aside", "list.test")
    house.lists.hold(SANE)
    house.alarm("listing_source_back", "list.test")

    assert {"reason": "lists what it must not"} == alarm["detail"]
    assert told == len(house.jobs.events("domain_listed"))


def test_attachment_domain_stands_in_links_and_nowhere_else(house: House) -> None:
    """Not in the envelope, a header field, an image, or anything that is fetched when the mail is opened."""
    arrived = house.mail("health-apart")
    seen = message_from_bytes(arrived.data, policy=policy.SMTP)
    fields = [str(value) for part in seen.walk() for value in part.values()]
    pages = [text for text in _texts(arrived) if "<html" in text.lower()]
    attributes = {name.lower() for page in pages for name in _ATTRIBUTE.findall(page)}
    outside = [_LINK.sub("", text) for text in _texts(arrived)]

    assert [] == [one for one in (arrived.sender, *arrived.recipients, *fields) if "files" in one and ".example" in one]
    assert (1, {"href"}) == (len(pages), attributes)
    assert [] == [text for text in outside if any(domain in text for domain in DOMAINS)]
