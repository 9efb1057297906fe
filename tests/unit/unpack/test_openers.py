"""Who opens what."""

import pytest

from gateway.unpack.office import open_office
from gateway.unpack.openers import MESSAGES, OPENERS, SEALED, opener_of
from gateway.unpack.zips import open_zip


def test_no_container_is_both_opened_and_sealed() -> None:
    """The tables do not overlap."""
    assert len(OPENERS.keys() | SEALED | MESSAGES) == len(OPENERS) + len(SEALED) + len(MESSAGES)


@pytest.mark.parametrize(
    ("media_type", "opener"),
    [
        ("application/zip", open_zip),
        ("application/vnd.oasis.opendocument.text", open_office),
        ("application/x-arj", None),
        ("image/jpeg", None),
    ],
)
def test_opener_goes_by_the_type(media_type: str, opener: object) -> None:
    """Archives are opened, documents in archives checked, all else is left alone."""
    assert opener_of(media_type) is opener
