"""Attachment domains: the settings say what they are, people and jobs say what they do."""

from dataclasses import replace

import pytest

from gateway.adapters.sql.audit import entries
from gateway.adapters.sql.domains import SqlShards
from gateway.adapters.sql.engine import reading
from gateway.adapters.sql.hosted import SqlHosted
from gateway.adapters.sql.store import Store
from gateway.model.hosted import Shard, ShardState
from tests.unit.adapters.sql.hosting import new

ONE = Shard("files1.example", "default", since=2000.0)
SPARE = Shard("spare.example", "default", 2.0, ShardState.SPARE, 2000.0, is_spare=True, pins=("acme",))


@pytest.fixture
def shards(store: Store) -> SqlShards:
    """Return two domains at a time."""
    found = SqlShards(store.engine, lambda: 2000.0)
    found.declare([ONE, SPARE])
    return found


def test_new_domains_come_into_service(shards: SqlShards) -> None:
    """As what the settings say they are."""
    assert [ONE, SPARE] == shards.list()


def test_declared_again_they_keep_their_state(shards: SqlShards) -> None:
    """A restart gives no domain back that rests; weights and pins follow the settings."""
    shards.set_state(ONE.domain, ShardState.RESTING, "ada", "listed")
    shards.declare([replace(ONE, weight=3.0, pins=("acme",))])

    resting = replace(ONE, weight=3.0, pins=("acme",), state=ShardState.RESTING, reason="listed")
    assert [resting, SPARE] == shards.list()


def test_a_spare_that_the_settings_put_to_work_is_active(shards: SqlShards) -> None:
    """What was in service stays in service, as the other thing."""
    shards.declare([replace(SPARE, is_spare=False)])

    assert [ShardState.ACTIVE, ShardState.ACTIVE] == [one.state for one in shards.list()]


def test_states_change_once_and_are_audited(shards: SqlShards, store: Store) -> None:
    """Who, what and when."""
    assert shards.set_state(ONE.domain, ShardState.RESTING, "ada", "listed")
    assert not shards.set_state(ONE.domain, ShardState.RESTING, "bob", "listed")
    assert not shards.set_state("unknown.example", ShardState.RESTING, "bob", "listed")
    with reading(store.engine) as connection:
        assert [("ada", "resting", ONE.domain)] == [(one.who, one.what, one.subject) for one in entries(connection)]


def test_tenants_of_a_domain_are_counted(shards: SqlShards, store: Store) -> None:
    """Those with links on it."""
    files = SqlHosted(store.engine)
    files.add(new())
    files.add(new(id="f2"))
    files.add(new(id="f3", tenant="other"))
    files.add(new(id="f4", domain="files2.example"))

    assert shards.tenants_of("files1.example") == {"acme": 2, "other": 1}
