"""Attachment domains as an admin may write them."""

import pytest

from gateway.app.config import ConfigError, load
from gateway.app.settings_hosting import parse_domain
from gateway.model.hosted import Shard, ShardState


def test_a_domain_is_a_name_or_a_table() -> None:
    """In lower case; what is not said has its default."""
    table = {"domain": "b.example", "pool": "gold", "weight": 2, "spare": True, "pin": ["acme"]}

    assert parse_domain("Files1.Example.") == Shard("files1.example", "default")
    assert parse_domain(table) == Shard("b.example", "gold", 2.0, ShardState.SPARE, is_spare=True, pins=("acme",))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "localhost",
        "a b.example",
        "ä.example",
        "-a.example",
        7,
        {},
        {"domain": "a.example", "weight": 0},
        {"domain": "a.example", "weight": "heavy"},
        {"domain": "a.example", "pool": ""},
        {"domain": "a.example", "spair": True},
    ],
)
def test_whatever_is_no_domain_is_told_with_what_is_allowed(value: object) -> None:
    """A link on it would be dead."""
    with pytest.raises(ValueError, match=r"not an attachment domain.*allowed"):
        parse_domain(value)


def test_a_domain_stands_once() -> None:
    """It could not be two things."""
    with pytest.raises(ConfigError, match=r"a\.example stands twice"):
        load(None, {"POSTERN__HOSTING__DOMAINS": "a.example,b.example,A.example"})


def test_keys_lie_in_the_store_unless_said_otherwise() -> None:
    """Beside what they give access to."""
    settings = load(None, {"POSTERN__STORE__FOLDER": "/srv/store"})
    other = load(None, {"POSTERN__HOSTING__KEYS": "/etc/postern/link.keys"})

    assert str(settings.link_keys) == "/srv/store/link.keys"
    assert str(other.link_keys) == "/etc/postern/link.keys"
