"""How settings are declared: sections of keys, each key with its default and a sentence for the admin."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """Settings that belong together; its docstring stands above them in the documentation."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)


def setting(default: Any, words: str, **bounds: Any) -> Any:
    """Declare a key; the default is written as an admin would write it, and passes the same checks."""
    return Field(default, description=words, **bounds)


def derived(make: Any, shown: str, words: str, **bounds: Any) -> Any:
    """Declare a key whose default depends on the machine; `shown` stands for it in the documentation."""
    return Field(default_factory=make, description=words, json_schema_extra={"shown": shown}, **bounds)
