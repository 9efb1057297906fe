"""The words of hosted files, which stand in the database, on pages and in commands."""

from gateway.model.hosted import FileState, ShardState


def test_the_words_of_states_stay() -> None:
    """Rows of years ago hold them."""
    files = {"pending", "scanning", "live", "revoked", "banned", "expired"}

    assert files == {state.value for state in FileState}
    assert {"active", "spare", "resting", "retired"} == {state.value for state in ShardState}
