"""Every test that the page on reliability names is there."""

import ast
import re

import pytest

from tests.house.sources import ROOT

_PAGE = (ROOT / "docs/reliability.md").read_text()
CITED = sorted(set(re.findall(r"`((?:[a-z]+/)*test_\w+\.py)(?:::(\w+))?`", _PAGE)))


@pytest.mark.parametrize(("file", "name"), CITED)
def test_cited_test_exists(file: str, name: str) -> None:
    """A claim without its test would be a promise only."""
    path = ROOT / "tests" / (file if "/" in file else f"e2e/{file}")
    tree = ast.parse(path.read_text())
    functions = {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}

    assert not name or name in functions


def test_every_class_has_its_row() -> None:
    """All twenty, in order."""
    assert re.findall(r"^\| (\d+) \|", _PAGE, re.MULTILINE) == [str(number) for number in range(1, 21)]
