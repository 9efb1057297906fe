"""Tables in docs/ are those that the code makes."""

import pytest

from gateway.model.finding import FindingKind, Gravity
from gateway.model.reply import CATALOGUE
from tests.house.tables import DOCS, GRAVITIES, TABLES


@pytest.mark.parametrize("name", sorted(TABLES))
def test_generated_page_is_up_to_date(name: str) -> None:
    """`make docs` would change nothing."""
    expected = TABLES[name]()

    assert expected == (DOCS / name).read_text()


def test_every_reply_word_is_documented() -> None:
    """No word of the catalogue is missing from docs/replies.md."""
    page = (DOCS / "replies.md").read_text()

    assert [one.word for one in CATALOGUE if f"`{one.word}`" not in page] == []


def test_every_finding_is_documented() -> None:
    """No finding and no gravity is missing from docs/findings.md."""
    page = (DOCS / "findings.md").read_text()

    assert [kind for kind in FindingKind if f"| `{kind}` |" not in page] == []
    assert set(Gravity) == set(GRAVITIES)
