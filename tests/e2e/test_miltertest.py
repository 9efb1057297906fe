"""OpenDKIM's miltertest plays MTAs of every kind: old versions, and steps that are not on offer."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.wire.milter_frames import Steps
from tests.services.clamd import Clamd
from tests.services.gateway import Gateway

SCRIPT = Path(__file__).parents[1] / "dialogues/milter/exchange.lua"
EVERYTHING = 0x1FFFFF


@pytest.fixture(scope="module")
def address(clamd: Clamd) -> Iterator[str]:
    """Run a gateway with a milter door; give its address."""
    folder = Path(tempfile.mkdtemp(prefix="milter-"))
    place = f"unix:{folder}/socket"
    with Gateway.running("smtp://127.0.0.1:1", clamd.unix, milter=[place]):
        yield place
    shutil.rmtree(folder)


@pytest.mark.parametrize("version", [2, 3, 4, 5, 6])
@pytest.mark.parametrize(
    "steps",
    [
        0,
        int(Steps.LEADING_SPACE),
        int(Steps.MUTE_HEADER | Steps.MUTE_BODY),
        int(Steps.SKIP | Steps.NO_DATA),
        EVERYTHING,
    ],
    ids=["nothing", "space", "silence", "skip", "everything"],
)
def test_messages_pass_by_any_rules(version: int, steps: int, address: str) -> None:
    """Several messages, one of them aborted, and a stranger refused, with an answer to each step that wants one."""
    variables = {"at": address, "version": str(version), "steps": str(steps)}
    options = [word for name, value in variables.items() for word in ("-D", f"{name}={value}")]
    outcome = subprocess.run(["miltertest", *options, "-s", SCRIPT], capture_output=True, text=True, check=False)

    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "", "")
