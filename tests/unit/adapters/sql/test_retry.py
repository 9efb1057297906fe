"""A transaction that another one got in the way of is run again, not for ever."""

import pytest
from sqlalchemy.exc import IntegrityError

from gateway.adapters.sql.retry import retried
from gateway.adapters.storeplace import StoreError


def test_clash_is_tried_again() -> None:
    """The second time the other one has ended."""
    left = [IntegrityError("INSERT", {}, ValueError("first"))]

    def transaction() -> str:
        if left:
            raise left.pop()
        return "done"

    assert retried(transaction) == "done"


def test_clash_that_never_ends_is_told() -> None:
    """As a store that cannot be used."""

    def transaction() -> None:
        raise IntegrityError("INSERT", {}, ValueError("again"))

    with pytest.raises(StoreError, match="in the way"):
        retried(transaction)
