"""Sections of settings."""

import pytest
from pydantic import ValidationError

from gateway.app.section import Section, derived, setting


class Example(Section):
    """An example."""

    number: int = setting(3, "A number.", ge=1)
    name: str = derived(lambda: "host", "the machine's name", "A name.")


def test_defaults_hold_and_may_depend_on_the_machine() -> None:
    """A section without a word in the file is whole."""
    assert (3, "host") == (Example().number, Example().name)


def test_defaults_pass_the_same_checks() -> None:
    """A default that a file could not say is a mistake."""

    class Wrong(Section):
        number: int = setting(0, "A number.", ge=1)

    with pytest.raises(ValidationError):
        Wrong()


def test_unknown_keys_are_refused() -> None:
    """A misspelt key never counts as nothing."""
    with pytest.raises(ValidationError):
        Example.model_validate({"nmber": 4})
