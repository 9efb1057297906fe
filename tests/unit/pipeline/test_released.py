"""A released message that comes back passes once more; nothing else does."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pytest

from gateway.model.policy import Action
from gateway.model.verdict import Judgement, Verdict
from gateway.pipeline.released import released
from tests.unit.pipeline.test_keeping import Headed
from tests.unit.pipeline.world import job

ORIGINAL = b"Subject: hi\r\n\r\nhello\r\n"
BACK = b"Received: by hop\r\nX-Postern-Release: pass word\r\n" + ORIGINAL
HELD = Verdict(Action.QUARANTINE, (Judgement("1", Action.QUARANTINE, "macros", "otherwise"),), "acme", "v1")
MALWARE = replace(HELD, action=Action.REJECT, judgements=(Judgement("1", Action.REJECT, "malware", "malware"),))


class Known:
    """Knows one pass."""

    def is_valid(self, written: str, sha256: str, recipients: Sequence[str]) -> bool:
        """Say whether it is that one."""
        expected = ("password", hashlib.sha256(ORIGINAL).hexdigest(), ["c@d.example"])
        return (written, sha256, list(recipients)) == expected


async def judged(data: bytes, verdict: Verdict) -> Verdict:
    """Return what becomes of the verdict."""
    one = job(data)
    inspection = await Headed().examine(one.spool, one.group.policy.limits, one.deadline)
    return released(one, inspection, verdict, Known())


async def test_message_with_a_pass_is_not_caught_again() -> None:
    """Whatever the hops put above it."""
    verdict = await judged(BACK, HELD)

    assert (verdict.action, verdict.keeps, verdict.policy_version) == (Action.ALLOW, False, "v1")


@pytest.mark.parametrize(
    "data",
    [ORIGINAL, b"X-Postern-Release: other\r\n" + ORIGINAL, BACK + b"more\r\n"],
    ids=["none", "forged", "changed"],
)
async def test_message_without_a_valid_one_is(data: bytes) -> None:
    """A changed byte below the field is another message."""
    assert await judged(data, HELD) == HELD


async def test_malware_never_passes() -> None:
    """A pass says what an admin knew then."""
    assert await judged(BACK, MALWARE) == MALWARE


async def test_without_passes_nothing_changes() -> None:
    """And what passes anyway is not looked at."""
    one = job(BACK)
    inspection = await Headed().examine(one.spool, one.group.policy.limits, one.deadline)

    assert released(one, inspection, HELD, None) == HELD
    allowed = replace(HELD, action=Action.ALLOW, judgements=())
    assert released(one, inspection, allowed, Known()) == allowed
