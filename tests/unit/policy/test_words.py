"""Kinds of words."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from gateway.policy import words

WRONG: dict[Any, list[str]] = {
    words.FilePath: ["/etc/passwd", "../x", "a/../b", "a//b", "", "a\0", ".hidden"],
    words.Pattern: ["", "a/b", "x" * 201],
    words.Parent: ["Default", "default@", "default@sha256:12", "a/b"],
    words.Line: ["a\nb", "\x1b[31m", "x" * 201],
}
RIGHT: dict[Any, str] = {
    words.FilePath: "lists/partners-2.txt",
    words.Pattern: "rechnung-[0-9]*.pdf",
    words.Parent: "office@sha256:0123456789abcdef",
    words.Line: "Fr. Müller, Zi. 3",
}


@pytest.mark.parametrize("kind", WRONG)
def test_word_is_of_its_kind_or_refused(kind: Any) -> None:
    """With what is allowed."""
    adapter: TypeAdapter[str] = TypeAdapter(kind)

    assert adapter.validate_python(RIGHT[kind]) == RIGHT[kind]
    for wrong in WRONG[kind]:
        with pytest.raises(ValidationError):
            adapter.validate_python(wrong)


def test_units_are_texts_for_editors() -> None:
    """Although they are numbers for the gateway."""
    kinds = (words.Size, words.Duration, words.Share, words.LastDay, words.Clock)

    assert {TypeAdapter(kind).json_schema()["type"] for kind in kinds} == {"string"}
