"""Regular expressions that every supported Python reads alike."""

import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, python_files

_POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)(?:[*+?]|\{\d*,?\d*\})\+")


@pytest.mark.parametrize("path", python_files("gateway"), ids=str)
def test_no_group_is_repeated_possessively(path: Path) -> None:
    """Before Python 3.11.5 such a group can match the wrong text (gh-106052), and Debian 12 has 3.11.2."""
    lines = (ROOT / path).read_text().splitlines()

    assert [] == [line for line in lines if _POSSESSIVE_GROUP.search(line)]
