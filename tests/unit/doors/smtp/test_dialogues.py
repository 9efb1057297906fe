"""Every script of tests/dialogues/server, against the real door over the loopback."""

from pathlib import Path

import pytest

from tests.unit.doors.smtp.dialogue import play

FOLDER = Path(__file__).parents[3] / "dialogues" / "server"
SCRIPTS = [pytest.param(path.read_text().splitlines(), id=path.stem) for path in sorted(FOLDER.glob("*.txt"))]


@pytest.mark.enable_socket
@pytest.mark.parametrize("lines", SCRIPTS)
async def test_dialogue(lines: list[str]) -> None:
    """The conversation runs as the script says, and leaves nothing behind."""
    await play(lines)
