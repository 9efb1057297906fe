"""The golden messages through the whole path."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import send
from tests.services.gateway import Gateway
from tests.services.ports import HOST

CASES = sorted(Path(__file__).parents[1].joinpath("corpus").glob("*/message.eml"))


@pytest.fixture(scope="module")
def before_inbox(inbox: Capture, clamd: Clamd) -> Iterator[Gateway]:
    """Run a gateway whose next hop keeps every byte: a Postfix would end a header at a line that is no field."""
    with Gateway.running(f"smtp://{HOST}:{inbox.port}", clamd.unix) as running:
        yield running


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.parent.name)
def test_golden_message_gets_one_definite_answer(case: Path, before_inbox: Gateway, inbox: Capture) -> None:
    """It arrives byte for byte, or is refused for good and does not arrive; the corpus may say which."""
    raw = case.read_bytes()
    expected = yaml.safe_load(case.with_name("expected.yaml").read_text()).get("reply", "")
    said = send(before_inbox.port, raw)

    assert str(said).startswith(expected)
    if said.code == 250:
        (arrived,) = inbox.containing(said.id)
        assert arrived.data.endswith(raw if raw.endswith(b"\r\n") else raw + b"\r\n")
    else:
        assert said.code // 100 == 5, said
        assert inbox.containing(said.id) == []
