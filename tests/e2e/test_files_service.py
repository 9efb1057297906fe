"""Hosted files by the real service with a real clamd: what it learns later holds for files that came before."""

import hashlib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.adapters.sql.engine import open_engine
from gateway.model.hosted import FileState, HostedFile
from gateway.ports.hosting import Which
from tests.e2e.test_browser import Site, site
from tests.services.capture import Capture
from tests.services.clamd import running_clamd


@pytest.fixture
def here(inbox: Capture, tmp_path: Path) -> Iterator[Site]:
    """Give all of it, with a clamd of its own that may be taught."""
    with running_clamd() as scanner, site(inbox, scanner, tmp_path) as running:
        yield running


def old(here: Site, content: bytes) -> HostedFile:
    """Return the file, whose last scan knew older signatures from now on."""
    engine = open_engine("", here.gateway.folder / "store")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE hosted SET signatures = 'ClamAV 0.1/1'")
    engine.dispose()
    (file,) = here.files().list(Which(sha256=hashlib.sha256(content).hexdigest()), 10)
    return file


def click(here: Site, mail: Path) -> tuple[int, bytes]:
    """Click on the link of a mail, past nginx."""
    path = mail.read_text("utf-8").partition('href="https://')[2].partition('"')[0].partition("/")[2]
    host = mail.read_text("utf-8").partition('href="https://')[2].partition(":")[0]
    asked = urllib.request.Request(f"{here.service}/{path}", b"do=download", {"Host": host})
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_file_is_scanned_again_before_it_goes(token: str, here: Site) -> None:
    """Clean: given out, and the scan is noted. Silence of the scanner: 503. Turned bad: 451, for good."""
    content, mail = here.deliver(token)
    before = old(here, content)
    clean = click(here, mail)
    noted = here.files().find(before.id)
    old(here, content)
    here.clamd.stop()
    silent = click(here, mail)
    here.clamd.add_signature("Test.Learned", token.encode())
    here.clamd.start()
    bad = click(here, mail)
    found = here.files().find(before.id)

    assert noted
    assert found
    assert (200, content) == clean
    assert noted.signatures.startswith("ClamAV")
    assert noted.signatures != before.signatures
    assert [503, 451] == [silent[0], bad[0]]
    assert found.state is FileState.REVOKED
    assert not any(content in page for _, page in (silent, bad))
