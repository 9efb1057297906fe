"""The words of hosted files, which stand in the database, on pages and in commands."""

from dataclasses import replace

from gateway.model.hosted import FileState, HostedFile, Shard, ShardState

FILE = HostedFile("f", "acme", "", 0, "", "", "m", "", "", ("b@x.example", "a@x.example"), 0.0, 0.0, FileState.LIVE)


def test_the_words_of_states_stay() -> None:
    """Rows of years ago hold them."""
    files = {"pending", "scanning", "live", "revoked", "banned", "expired"}

    assert files == {state.value for state in FileState}
    assert {"active", "spare", "resting", "retired"} == {state.value for state in ShardState}


def test_audience_is_the_group_of_recipients() -> None:
    """Whatever their order and case; another group is another audience."""
    same = replace(FILE, recipients=("A@x.example", "b@x.example", "b@x.example"))
    odd = replace(FILE, recipients=("\udcff@x.example",))

    assert FILE.audience == same.audience
    assert len({FILE.audience, odd.audience, replace(FILE, recipients=("a@x.example",)).audience}) == 3
    assert FILE.audience.isalnum()


def test_domains_come_back_as_what_they_are() -> None:
    """A spare does not become anybody's own."""
    assert Shard("a.example", "p").in_service is ShardState.ACTIVE
    assert Shard("a.example", "p", is_spare=True).in_service is ShardState.SPARE
