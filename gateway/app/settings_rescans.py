"""The settings of rescans of hosted files."""

from gateway.app.section import Section, setting
from gateway.app.units import Duration


class Rescans(Section):
    """Hosted files scanned again, in `postern serve --role jobs` (docs/files-life.md); how often is policy."""

    look: Duration = setting(
        "15s", "Between two looks for new signatures, files that are due and rescans that somebody asks for."
    )
    at_once: int = setting(2, "Files that are scanned at a time.", ge=1, le=64)
    per_second: int = setting(20, "Files that are scanned in a second, at most.", ge=1)
