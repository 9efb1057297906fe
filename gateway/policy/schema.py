"""The policy files as JSON Schema, so that editors complete keys and mark mistakes while one writes.

Made from the shapes that the parser uses. What one file alone cannot show is for `postern policy lint`.
"""

from typing import Any

from pydantic import TypeAdapter

from gateway.policy.shape import DefaultFile, FamiliesFile, PresetFile, TenantFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Return one schema that takes each kind of policy file."""
    made = TypeAdapter(TenantFile | PresetFile | FamiliesFile | DefaultFile).json_schema(by_alias=True)
    return {"$schema": DIALECT, "title": "Postern policy file", **made}
