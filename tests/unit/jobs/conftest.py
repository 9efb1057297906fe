"""What tests of jobs share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.jobs.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """Return an empty shelf."""
    one = Shelf(tmp_path)
    yield one
    one.store.close()
