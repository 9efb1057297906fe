"""All cases of the set, in the order of the classes."""

from tests.detection import (
    honest_files,
    honest_mails,
    honest_media,
    honest_text,
    hostile_active,
    hostile_archives,
    hostile_bodies,
    hostile_bombs,
    hostile_boundaries,
    hostile_encodings,
    hostile_names,
    hostile_plain,
    hostile_polyglots,
    hostile_smuggling,
    hostile_structure,
    hostile_wrapped,
)
from tests.detection.case import Case

_MODULES = (
    hostile_plain,
    hostile_polyglots,
    hostile_names,
    hostile_encodings,
    hostile_boundaries,
    hostile_structure,
    hostile_bodies,
    hostile_archives,
    hostile_active,
    hostile_wrapped,
    hostile_smuggling,
    hostile_bombs,
    honest_mails,
    honest_text,
    honest_media,
    honest_files,
)


def all_cases() -> list[Case]:
    """Return every case; names are unique within a class."""
    return [case for module in _MODULES for case in module.cases()]
