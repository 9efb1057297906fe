"""From settings to sources and to those who are told."""

from collections.abc import Sequence
from pathlib import Path

from gateway.adapters.listings.dnsbl import DnsList, Form
from gateway.adapters.listings.generic import HttpSource
from gateway.adapters.listings.safebrowsing import SafeBrowsing
from gateway.app import stores, watching
from gateway.app.config import load
from gateway.model.hosted import HostedFile
from gateway.ports.domains import WatchedSource


class Nobody:
    """Scans nothing, and is not asked to."""

    async def soon(self, files: Sequence[HostedFile], why: str) -> None:
        """Not be called."""
        raise AssertionError


def test_sources_are_made_as_the_settings_say() -> None:
    """Each kind by its own adapter, with its names for tests."""
    settings = load(
        None,
        {
            "POSTERN__LISTINGS__SOURCES": "zen:zen.example.net,safebrowsing:/key,web:http://x.example/{domain} at=/a",
            "POSTERN__LISTINGS__RESOLVER": "127.0.0.1:5353",
            "POSTERN__LISTINGS__SAFE_BROWSING": "http://127.0.0.1:1",
        },
    )

    assert [
        WatchedSource(
            DnsList("zen.example.net", "zen.example.net", Form.ZEN, ("127.0.0.1:5353",)), "127.0.0.2", "127.0.0.1"
        ),
        WatchedSource(
            SafeBrowsing("safebrowsing", Path("/key"), "http://127.0.0.1:1"),
            "malware.testing.google.test/testing/malware/",
            "example.com",
        ),
        WatchedSource(HttpSource("x.example", "http://x.example/{domain}", "/a")),
    ] == [watching.watched(one, settings.listings) for one in settings.listings.sources]


def test_a_word_holds_over_some_missed_rounds() -> None:
    """However long the interval is, two answers in a row confirm each other."""
    pace = watching.pace(load(None, {"POSTERN__LISTINGS__INTERVAL": "2h"}).listings)

    assert pace.rules.gap > 2 * 3600


async def test_watch_runs_over_the_settings_domains(tmp_path: Path) -> None:
    """Without a source it has nobody to ask."""
    (tmp_path / "store").mkdir()
    settings = load(
        None,
        {"POSTERN__STORE__FOLDER": str(tmp_path / "store"), "POSTERN__HOSTING__DOMAINS": "one.example,two.example"},
    )
    with stores.catalogue(settings) as catalogue:
        catalogue.shards.declare(settings.hosting.domains)
        watch = watching.watch(settings, catalogue, Nobody(), watching.notifier(settings))
        done = await watch.round()

    assert "2 domains at 0 sources, 0 listed" == done.note
