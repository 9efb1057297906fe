"""A file against a family: by any reading to forbid, by all readings to allow.

Content, declared type and names stand side by side and are never merged. Whoever forbids a family asks
`reads_as`, so that no disguise helps; whoever allows one asks `agrees`, so that all three must say so.
Families are looked up by the words of the file, so that it costs the same for five families and for fifty.
"""

from dataclasses import dataclass

from gateway.model.artifact import Artifact
from gateway.model.families import NONE, FamilyIndex
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
    """The families that a file speaks of, by the ways in which it speaks."""

    shows: frozenset[str]
    """By content, whatever else is claimed."""
    agrees: frozenset[str]
    """By content, by declared type and by every name that has an extension."""
    reads_as: frozenset[str]
    """By content, by declared type or by any reading of any name."""
    disguised: frozenset[str]
    """By content, but under the name of another family, or its label where there is no name."""

    @property
    def is_mismatch(self) -> bool:
        """Tell whether content that is known comes under a name or label of something else."""
        return bool(self.shows) and not self.agrees


def read(artifact: Artifact, families: FamilyIndex) -> Reading:
    """Collect what a file says of its own type."""
    shows = families.detected.get(artifact.detected, NONE)
    content = families.names if artifact.detected == NOTHING else shows
    is_labelled = artifact.declared not in NO_CLAIM
    label = families.declared.get(artifact.declared, NONE) if is_labelled else NONE
    agrees, reads_as = content & label if is_labelled else content, shows | label
    if not artifact.names:
        return Reading(shows, agrees, reads_as, shows - label if is_labelled else NONE)
    claims = {claim for name in artifact.names if (claim := claimed(name))}
    named = families.names.intersection(*(families.ext.get(claim, NONE) for claim in claims))
    for name in artifact.names:
        for ext in readings(name):
            reads_as |= families.ext.get(ext, NONE)
    disguised = shows - named if claims else shows - label if is_labelled else NONE
    return Reading(shows, agrees & named, reads_as, disguised)
