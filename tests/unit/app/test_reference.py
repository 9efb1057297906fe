"""The example file and the documentation are what the model says."""

from pathlib import Path

import pytest

from gateway.app import reference
from gateway.app.config import load

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("deploy/postern.toml", reference.example()), ("docs/configuration.md", reference.page())],
    ids=["example", "page"],
)
def test_file_is_what_the_model_says(path: str, expected: str) -> None:
    """Run `python -m gateway.app.reference` when this fails."""
    assert (ROOT / path).read_text() == expected


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
