"""Which files the house rules look at: everything that is, or is about to be, in version control."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def tracked() -> list[Path]:
    """Return every file of the project that git knows or would add, relative to the root."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(Path(name) for name in set(filter(None, names.split("\0"))) if (ROOT / name).is_file())


def python_files(*folders: str) -> list[Path]:
    """Return the Python files below `folders`."""
    return [path for path in tracked() if path.suffix == ".py" and path.parts[0] in folders]
