"""Who is asked about attachment domains and who is told, as an admin may write it."""

from pathlib import Path

import pytest

from gateway.app.config import ConfigError, load
from gateway.app.settings_listings import SourceSetting
from gateway.app.units import Address


def _sources(text: str) -> tuple[SourceSetting, ...]:
    return load(None, {"POSTERN__LISTINGS__SOURCES": text}).listings.sources


def test_each_kind_brings_its_names_for_tests() -> None:
    """What a list must have and what it must not, as RFC 5782 and the lists say."""
    found = _sources("dbl:dbl.spamhaus.org, ip:bl.example.net, safebrowsing:/etc/postern/google.key")

    assert (
        SourceSetting("dbl", "dbl.spamhaus.org", "dbltest.com", "invalid"),
        SourceSetting("ip", "bl.example.net", "127.0.0.2", "127.0.0.1"),
        SourceSetting(
            "safebrowsing",
            "/etc/postern/google.key",
            "malware.testing.google.test/testing/malware/",
            "example.com",
        ),
    ) == found
    assert ["dbl.spamhaus.org", "bl.example.net", "safebrowsing"] == [one.name for one in found]


def test_names_for_tests_may_be_others_or_none() -> None:
    """For lists with names of their own."""
    [found] = _sources("uribl:my.list.example listed=bad.test clean=")

    assert ("bad.test", "") == (found.must, found.must_not)


def test_web_source_is_named_by_its_host() -> None:
    """Its address may hold a key."""
    [found] = _sources("web:https://user:key@check.example/v1/{domain}?key=s3cret at=/data/listed")

    assert ("check.example", "/data/listed") == (found.name, found.pointer)


@pytest.mark.parametrize(
    "text",
    [
        "dbl.spamhaus.org",
        "dbl:",
        "dbl:localhost",
        "dbl:a b.example",
        "odd:list.example",
        "dbl:list.example wrong=1",
        "dbl:list.example at=/x",
        "web:https://check.example/",
        "web:ftp://check.example/{domain}",
        "web:https://check.example/{other}/{domain}",
        "web:https://check.example/{domain} at=x",
    ],
)
def test_whatever_is_no_source_is_told_with_what_is_allowed(text: str) -> None:
    """A typing error must not leave a domain unwatched."""
    with pytest.raises(ConfigError, match=r"not a source; allowed"):
        _sources(text)


def test_source_stands_once() -> None:
    """Answers are kept by its name."""
    with pytest.raises(ConfigError, match=r"list\.example stands twice"):
        _sources("dbl:list.example,surbl:list.example")


def test_key_of_safe_browsing_lies_beside_the_settings(tmp_path: Path) -> None:
    """As all relative paths."""
    path = tmp_path / "postern.toml"
    path.write_text('[listings]\nsources = ["safebrowsing:google.key"]\n')

    assert str(tmp_path / "google.key") == load(path, {}).listings.sources[0].target


def test_mail_needs_both_ends() -> None:
    """A server alone is told; with sender and recipients it is taken."""
    server = {"POSTERN__ALARMS__MAIL_SERVER": "127.0.0.1:25"}
    ends = {"POSTERN__ALARMS__MAIL_FROM": "postern@mx.example", "POSTERN__ALARMS__MAIL_TO": "ada@x.example,b@x.example"}
    with pytest.raises(ConfigError, match="without mail_from"):
        load(None, server)
    alarms = load(None, {**server, **ends}).alarms

    assert (Address("127.0.0.1", 25), ("ada@x.example", "b@x.example")) == (alarms.mail_server, alarms.mail_to)


@pytest.mark.parametrize("text", ["ada", "a@b@c", "Ada <ada@x.example>", "a@x.example\r\nBcc: b@x"])
def test_recipient_is_an_address(text: str) -> None:
    """Nothing else goes into a header field."""
    with pytest.raises(ConfigError, match="not a mail address"):
        load(None, {"POSTERN__ALARMS__MAIL_TO": text})
