"""What a link gives at this moment."""

from dataclasses import replace

import pytest

from gateway.edit.tokens import Claims
from gateway.model.hosted import FileState, Shard, ShardState
from gateway.web.files.access import Standing, elsewhere, is_ours, standing
from tests.unit.adapters.sql.hosting import FILE

LIVE = replace(FILE, state=FileState.LIVE)
CLAIMS = Claims(FILE.id, FILE.tenant, FILE.audience, 9000)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (FileState.LIVE, Standing.GIVEN),
        (FileState.PENDING, Standing.ARRIVING),
        (FileState.SCANNING, Standing.CHECKING),
        (FileState.REVOKED, Standing.REVOKED),
        (FileState.BANNED, Standing.BANNED),
        (FileState.EXPIRED, Standing.EXPIRED),
    ],
)
def test_row_decides(state: FileState, expected: Standing) -> None:
    """Only a live one is given out."""
    assert expected is standing(CLAIMS, replace(FILE, state=state), 5000.0)


def test_token_says_whose_file_it_is() -> None:
    """Another tenant's or group's token gives what a forged one gives."""
    for claims in (replace(CLAIMS, tenant="other"), replace(CLAIMS, audience="x")):
        assert standing(claims, LIVE, 5000.0) is Standing.UNKNOWN
    assert standing(CLAIMS, None, 5000.0) is Standing.UNKNOWN


def test_link_ends_with_its_own_hour_and_with_the_files() -> None:
    """Whichever comes first; and when the content has gone."""
    assert standing(CLAIMS, LIVE, 8999.9) is Standing.GIVEN
    assert standing(CLAIMS, LIVE, 9000.0) is Standing.EXPIRED
    assert standing(replace(CLAIMS, expires_at=6000), LIVE, 6000.0) is Standing.EXPIRED
    assert standing(replace(CLAIMS, expires_at=20000), LIVE, 9500.0) is Standing.EXPIRED
    assert standing(CLAIMS, replace(LIVE, has_content=False), 5000.0) is Standing.EXPIRED


def test_revoked_stays_revoked_after_its_time() -> None:
    """Whoever asks why learns the graver reason."""
    assert standing(CLAIMS, replace(FILE, state=FileState.REVOKED), 9500.0) is Standing.REVOKED


ACTIVE, OTHER = Shard("files1.example", "default"), Shard("files2.example", "default")


def test_link_works_on_every_domain_in_service() -> None:
    """Also on those that it was not made for, and on spares."""
    shards = [ACTIVE, replace(OTHER, state=ShardState.SPARE)]

    assert ["", ""] == [elsewhere(one.domain, "acme", shards) for one in shards]


@pytest.mark.parametrize("state", [ShardState.RESTING, ShardState.RETIRED])
def test_domain_out_of_service_names_another(state: ShardState) -> None:
    """One in service, of the same pool if there is one."""
    shards = [replace(ACTIVE, state=state), OTHER, Shard("gold.example", "gold")]

    assert elsewhere("files1.example", "acme", shards) == "files2.example"
    assert elsewhere("files1.example", "acme", [shards[0], shards[2]]) == "gold.example"


def test_link_works_where_nothing_is_in_service() -> None:
    """A link in a delivered mail must never be dead."""
    assert elsewhere("files1.example", "acme", [replace(ACTIVE, state=ShardState.RESTING)]) == ""


def test_only_attachment_domains_are_ours() -> None:
    """A name that leads here by mistake or on purpose gets nothing."""
    assert is_ours("files1.example", [ACTIVE])
    assert not is_ours("evil.example", [ACTIVE])
    assert is_ours("localhost", [])
