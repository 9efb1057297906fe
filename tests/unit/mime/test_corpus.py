"""The golden messages, as the MIME floor sees them."""

from pathlib import Path

import pytest
import yaml

from gateway.mime.decode import decoded
from gateway.mime.split import split
from gateway.model.finding import Finding
from gateway.model.limits import Limits

CORPUS = Path(__file__).parents[2] / "corpus"
CASES = sorted(path.parent.name for path in CORPUS.glob("*/message.eml"))


def seen(raw: bytes) -> tuple[list[str], list[str]]:
    """Return tree and findings as `expected.yaml` writes them."""
    found, findings = split(raw, Limits())
    damage: list[Finding] = []
    tree = []
    for one in found.root.walk():
        size = len(one.body) if one.children else sum(map(len, decoded(raw, one, damage)))
        tree.append(" ".join([one.where, one.media_type, one.encoding, str(size), *map(repr, one.names)]))
    return tree, [f"{finding.kind} {finding.where}" for finding in (*findings, *damage)]


@pytest.mark.parametrize("case", CASES)
def test_golden_message_is_seen_as_before(case: str) -> None:
    """Tree and findings are those that were reviewed."""
    expected = yaml.safe_load((CORPUS / case / "expected.yaml").read_text("utf-8"))
    raw = (CORPUS / case / "message.eml").read_bytes()

    assert (expected["tree"], expected["findings"]) == seen(raw)
