"""Every script of tests/dialogues/server, against the real door over the loopback."""

from pathlib import Path

import pytest

from tests.unit.doors.smtp.dialogue import play

SCRIPTS = sorted((Path(__file__).parents[3] / "dialogues" / "server").glob("*.txt"))


@pytest.mark.enable_socket
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
async def test_dialogue(script: Path) -> None:
    """The conversation runs as the script says, and leaves nothing behind."""
    await play(script)
