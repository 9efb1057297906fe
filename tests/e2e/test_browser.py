"""From the delivered mail to the file, in a real browser: mail, link, TLS by nginx, the page, the click, the bytes."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By

from gateway.adapters.linkkeys import add_key
from gateway.adapters.sql.engine import open_engine
from gateway.adapters.sql.hosted import SqlHosted
from gateway.ports.hosting import Which
from tests import builders
from tests.e2e.mails import headers
from tests.services.capture import Capture
from tests.services.chromium import chromium, downloaded
from tests.services.clamd import Clamd
from tests.services.client import send
from tests.services.gateway import ROOT, TENANT, Gateway
from tests.services.nginx import nginx
from tests.services.ports import HOST, free_ports, wait_until_listening

DOMAINS = [f"files{number}.example" for number in range(6)]
HOSTING = TENANT.replace(
    "otherwise: reject",
    "otherwise: reject\nrules: [{{id: host-pdf, when: {{family: pdf}}, then: {{action: host}}}}]\n"
    "notices: {{languages: [en, de], contact: help@example.test}}",
)
SETTINGS = """
[store]
folder = "store"
[hosting]
domains = {domains}
keys = "link.keys"
port = {tls}
[files]
listen = ["{host}:{files}"]
{more}
"""
NAME = "Quartalsbericht für März.pdf"


@dataclass(frozen=True, slots=True)
class Site:
    """A gateway, its files service, and nginx before that."""

    gateway: Gateway
    inbox: Capture
    clamd: Clamd
    folder: Path
    service: str
    """Address of the files service, past nginx."""

    def deliver(self, token: str) -> tuple[bytes, Path]:
        """Send a mail with a document; return its bytes, and the delivered mail's page as a mail program has it."""
        content = builders.document() + f"% {token}\n".encode()
        file = builders.part(content, "application/pdf", NAME)
        raw = builders.head(headers(token)) + builders.multipart(builders.text("Hello\r\n"), file, boundary="b")
        assert send(self.gateway.port, raw).code == 250
        (arrived,) = self.inbox.wait_for(token)
        card = message_from_bytes(arrived.data, policy=policy.SMTP).get_body(("html",))
        assert card
        page = self.folder / f"{token}.html"
        page.write_text(card.get_content(), "utf-8")
        return content, page

    def files(self) -> SqlHosted:
        """Return the catalogue."""
        return SqlHosted(open_engine("", self.gateway.folder / "store"))


@contextmanager
def site(inbox: Capture, clamd: Clamd, folder: Path, more: str = "") -> Iterator[Site]:
    """Run all of it."""
    tls, files = free_ports(2)
    settings = SETTINGS.format(domains=DOMAINS, tls=tls, host=HOST, files=files, more=more)
    with Gateway.running(f"smtp://{HOST}:{inbox.port}", clamd.unix, more=settings, tenants={"example": HOSTING}) as one:
        add_key(one.folder / "link.keys")
        command = [
            sys.executable,
            "-m",
            "gateway",
            "serve",
            "--role",
            "files",
            "--config",
            f"{one.folder}/postern.toml",
        ]
        with (one.folder / "files.log").open("wb") as log:
            service = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            wait_until_listening(files, lambda: service.poll() is None)
            with nginx(tls, files, " ".join(DOMAINS), one.folder / "store/blobs"):
                yield Site(one, inbox, clamd, folder, f"http://{HOST}:{files}")
        finally:
            service.terminate()
            service.wait(60)


@pytest.fixture(scope="module")
def here(inbox: Capture, clamd: Clamd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give one for all tests."""
    with site(inbox, clamd, tmp_path_factory.mktemp("site")) as running:
        yield running


def follow(browser: WebDriver, page: Path) -> None:
    """Open the mail and click its link."""
    browser.get(page.as_uri())
    browser.find_element(By.CSS_SELECTOR, "a[href^='https://files']").click()


def is_as_wide_as_the_screen(browser: WebDriver, width: int) -> bool:
    """Tell whether nothing has to be scrolled sideways."""
    return bool(browser.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]["width"] == width)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("width", [1280, 320])
def test_two_clicks_from_the_mail_to_the_file(
    token: str, here: Site, tmp_path: Path, width: int, *, script: bool
) -> None:
    """The same bytes, under the name they were sent with, on a desk and on a phone, with and without JavaScript."""
    content, mail = here.deliver(token)
    with chromium(tmp_path, width, script=script) as browser:
        follow(browser, mail)
        heading = browser.find_element(By.TAG_NAME, "h1").text
        fits = is_as_wide_as_the_screen(browser, width)
        browser.find_element(By.TAG_NAME, "button").click()
        got = downloaded(tmp_path)

    assert ("A file for you", True) == (heading, fits)
    assert (NAME, content) == (got.name, got.read_bytes())


def test_page_speaks_the_readers_language_and_looks_as_its_style_says(token: str, here: Site, tmp_path: Path) -> None:
    """The policy of the page lets its own style through, and the tenant has German."""
    _, mail = here.deliver(token)
    with chromium(tmp_path, 1280, script=True, language="de") as browser:
        follow(browser, mail)
        heading = browser.find_element(By.TAG_NAME, "h1").text
        button = browser.find_element(By.TAG_NAME, "button")

        assert heading == "Eine Datei für Sie"
        assert button.size["height"] >= 44
        assert "29, 78, 216" in button.value_of_css_property("background-color")
        assert browser.get_cookies() == []
        log: list[dict[str, str]] = browser.get_log("browser")  # type: ignore[no-untyped-call]
        assert [one for one in log if one["level"] == "SEVERE"] == []


def test_file_that_was_taken_back_can_be_asked_for(token: str, here: Site, tmp_path: Path) -> None:
    """By keyboard and mouse, without JavaScript."""
    content, mail = here.deliver(token)
    catalogue = here.files()
    (file,) = catalogue.list(Which(sha256=hashlib.sha256(content).hexdigest()), 10)
    catalogue.revoke(Which(id=file.id), "admin", "test")
    with chromium(tmp_path, 320, script=False) as browser:
        follow(browser, mail)
        before = browser.find_element(By.TAG_NAME, "h1").text
        browser.find_element(By.ID, "address").send_keys(file.recipients[0])
        browser.find_element(By.ID, "reason").send_keys("for the audit")
        browser.find_element(By.TAG_NAME, "button").click()
        after = browser.find_element(By.TAG_NAME, "h1").text

    assert ("The file was taken back", "Your request has been passed on") == (before, after)
    assert [] == list(tmp_path.iterdir())


def test_nginx_sends_the_content_itself(token: str, inbox: Capture, clamd: Clamd, tmp_path: Path) -> None:
    """With `files.accel`: the same two clicks, the same bytes."""
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    with site(inbox, clamd, tmp_path, 'accel = "/blobs/"') as running:
        content, mail = running.deliver(token)
        with chromium(downloads, 1280, script=False) as browser:
            follow(browser, mail)
            browser.find_element(By.TAG_NAME, "button").click()
            got = downloaded(downloads)

    assert (NAME, content) == (got.name, got.read_bytes())
