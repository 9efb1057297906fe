"""What leaves after an edit is what was reviewed."""

import pytest

from tests.edits.golden import Case, cases
from tests.unit.edit.editing import parsed


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.folder.name)
def test_edited_message_is_the_reviewed_one(case: Case) -> None:
    """Byte for byte; `make golden` writes the expectations anew."""
    assert case.new() == case.expected


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.folder.name)
def test_reviewed_message_is_sound(case: Case) -> None:
    """The standard library finds no defect in it."""
    assert [part.defects for part in parsed(case.expected).walk() if part.defects] == []


def test_every_language_has_each_kind() -> None:
    """A notice, a card and a banner in four languages."""
    wanted = {f"{kind}_{language}" for kind in ("strip", "host", "tag") for language in ("de", "en", "es", "fr")}

    assert wanted <= {case.folder.name for case in cases()}
