"""A file against a family: by any reading to forbid, by all readings to allow.

Content, declared type and names stand side by side and are never merged. Whoever forbids a family asks
`reads_as`, so that no disguise helps; whoever allows one asks `agrees`, so that all three must say so.
"""

from dataclasses import dataclass

from gateway.model.artifact import Artifact
from gateway.model.policy import Family
from gateway.policy.names import claimed, readings

NO_CLAIM = frozenset(
    {
        "",
        "application/attachment",
        "application/binary",
        "application/download",
        "application/file",
        "application/force-download",
        "application/octet",
        "application/octet-stream",
        "application/octetstream",
        "application/unknown",
        "application/unknown-content-type",
        "application/x-binary",
        "application/x-download",
        "application/x-file",
        "application/x-file-download",
        "application/x-force-download",
        "application/x-octet-stream",
        "application/x-unknown",
        "application/x-unknown-content-type",
        "binary/octet-stream",
        "content/unknown",
        "unknown/unknown",
    }
)
"""Declared types that say "some file"; the name and the content must then agree alone."""
NOTHING = "application/x-empty"
"""What a file of zero bytes is found to be: nothing that could disagree with its name and label."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that a file says of its own type."""

    detected: str
    declared: str
    """Empty where it claims nothing."""
    claims: frozenset[str]
    """The extension of each name that has one."""
    extensions: frozenset[str]
    """Every extension that some client could see in one of the names."""

    def reads_as(self, family: Family) -> bool:
        """Tell whether content, declared type or any reading of any name is of this family."""
        return (
            self.detected in family.detected
            or self.declared in family.declared
            or not family.ext.isdisjoint(self.extensions)
        )

    def shows(self, family: Family) -> bool:
        """Tell whether the content is of this family, whatever else is claimed."""
        return self.detected in family.detected

    def agrees(self, family: Family) -> bool:
        """Tell whether content, declared type and every name that has an extension are of this family."""
        declared = not self.declared or self.declared in family.declared
        content = self.shows(family) or self.detected == NOTHING
        return content and declared and self.claims <= family.ext

    def disguises(self, family: Family) -> bool:
        """Tell whether content of this family comes under another family's name, or label where it has no name."""
        if not self.shows(family):
            return False
        if self.claims:
            return not self.claims <= family.ext
        return bool(self.declared) and self.declared not in family.declared


def read(artifact: Artifact) -> Reading:
    """Collect what a file says of its own type."""
    return Reading(
        detected=artifact.detected,
        declared="" if artifact.declared in NO_CLAIM else artifact.declared,
        claims=frozenset(filter(None, map(claimed, artifact.names))),
        extensions=frozenset().union(*map(readings, artifact.names)),
    )
