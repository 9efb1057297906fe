"""The example file and the page of the settings; tests/house checks that both are up to date."""

from pathlib import Path

from gateway.app import reference
from gateway.app.config import load


def test_every_line_of_the_example_can_be_taken(tmp_path: Path) -> None:
    """Without the # each key stands with its default, and the file is valid."""
    lines = reference.example().splitlines()
    keys = [line.removeprefix("# ") if " = " in line and line.startswith("# ") else line for line in lines]
    path = tmp_path / "postern.toml"
    path.write_text("\n".join(line for line in keys if "…" not in line and '= ""' not in line))
    everything, defaults = load(path, {}), load(None, {})

    assert (everything.limits, everything.relay, everything.clamav) == (
        defaults.limits,
        defaults.relay,
        defaults.clamav,
    )
