"""Running a transaction again that another one of the same moment got in the way of."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

from gateway.adapters.storeplace import StoreError

_T = TypeVar("_T")
_TRIES = 20


def retried(transaction: Callable[[], _T]) -> _T:
    """Return what `transaction` returns; run it again where another wrote the same key first."""
    for attempt in range(_TRIES):
        try:
            return transaction()
        except IntegrityError as error:
            if attempt == _TRIES - 1:
                raise StoreError(f"another process is in the way: {type(error.orig).__name__}") from error
    raise AssertionError
