"""From settings to the watch over attachment domains, and to those who are told of alarms."""

from collections.abc import Callable, Mapping
from pathlib import Path

from gateway.adapters.listings.dnsbl import DnsList, Form
from gateway.adapters.listings.generic import HttpSource
from gateway.adapters.listings.safebrowsing import SafeBrowsing
from gateway.adapters.notify import Mail, Notifier, Webhook
from gateway.app.settings import Settings
from gateway.app.settings_listings import Listings, SourceSetting
from gateway.app.stores import Catalogue
from gateway.jobs.listing_watch import ListingWatch, Pace
from gateway.ports.alarms import Alarms
from gateway.ports.domains import Rescans, WatchedSource
from gateway.ports.listings import ListingSource
from gateway.reputation.listings import Rules

_MISSED_ROUNDS = 12
"""Rounds without an answer after which a source's word begins anew."""


def notifier(settings: Settings) -> Notifier:
    """Return who sounds alarms."""
    alarms = settings.alarms
    webhook = Webhook(alarms.webhook, alarms.webhook_token) if alarms.webhook else None
    at = alarms.mail_server
    mail = Mail(at.host, at.port, alarms.mail_from, alarms.mail_to) if at else None
    return Notifier(webhook, mail)


def watch(settings: Settings, catalogue: Catalogue, rescans: Rescans, alarms: Alarms) -> ListingWatch:
    """Return what asks about attachment domains."""
    sources = [watched(one, settings.listings) for one in settings.listings.sources]
    shards, files, book = catalogue.shards, catalogue.files, catalogue.book
    return ListingWatch(sources, shards, files, book, rescans, alarms, pace(settings.listings))


def pace(listings: Listings) -> Pace:
    """Return how fast it is."""
    rules = Rules(listings.agree, listings.confirm, listings.clean_for, _MISSED_ROUNDS * listings.interval)
    return Pace(rules, listings.confirm, listings.trusted_after)


def watched(one: SourceSetting, listings: Listings) -> WatchedSource:
    """Return a source with its names for tests."""
    return WatchedSource(_MAKERS[one.kind](one, listings), one.must, one.must_not)


def _dns(one: SourceSetting, listings: Listings) -> ListingSource:
    return DnsList(one.name, one.target, Form(one.kind), listings.resolver)


def _safe_browsing(one: SourceSetting, listings: Listings) -> ListingSource:
    return SafeBrowsing(one.name, Path(one.target), listings.safe_browsing)


def _web(one: SourceSetting, _listings: Listings) -> ListingSource:
    return HttpSource(one.name, one.target, one.pointer)


_MAKERS: Mapping[str, Callable[[SourceSetting, Listings], ListingSource]] = {
    **{form.value: _dns for form in Form},
    "safebrowsing": _safe_browsing,
    "web": _web,
}
