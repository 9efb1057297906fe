"""Links found by a child of the sandbox, which is not believed everything."""

import time
from dataclasses import replace

import pytest

from gateway.adapters.links import SandboxedFinder
from gateway.adapters.sandbox.errands import ErrandFailed
from gateway.authn.errands import Errand, Outcome
from gateway.model.limits import Deadline, Limits
from gateway.model.links import Linked, Linking, Slot
from gateway.model.span import Span
from gateway.ports.spool import Spool
from tests.unit.pipeline.world import Bytes

SPOOL = Bytes(b"x" * 100)
SLOT = Slot("1", Span(10, 20), "base64", (), 4, 4)


class Child:
    """A stand-in for a child that lies or dies: the real one does not."""

    def __init__(self, said: Outcome | Exception) -> None:
        self._said = said

    async def run(self, spool: Spool, limits: Limits, errand: Errand, deadline: Deadline) -> Outcome:
        """Answer as told."""
        if isinstance(self._said, Exception):
            raise self._said
        return self._said


async def found(said: Outcome | Exception) -> Linked | None:
    """Ask a child that answers this."""
    return await SandboxedFinder(Child(said)).find(SPOOL, Linking(()), Deadline(time.monotonic() + 10))


async def test_answer_is_taken() -> None:
    """Slots in order, inside of the message."""
    linked = Linked((SLOT, replace(SLOT, span=Span(20, 30))))

    assert linked == await found(Outcome(linked=linked))


@pytest.mark.parametrize(
    "slots",
    [
        (replace(SLOT, span=Span(20, 10)),),
        (replace(SLOT, span=Span(-1, 10)),),
        (replace(SLOT, span=Span(90, 101)),),
        (SLOT, SLOT),
        (replace(SLOT, column=-1),),
        (replace(SLOT, column=100),),
    ],
)
async def test_what_cannot_be_true_is_no_answer(slots: tuple[Slot, ...]) -> None:
    """A child that a message has taken over changes no byte elsewhere."""
    assert None is await found(Outcome(linked=Linked(slots)))


@pytest.mark.parametrize("said", [ErrandFailed("it died"), Outcome()])
async def test_child_that_fails_leaves_links_as_they_are(said: Outcome | Exception) -> None:
    """An old link is no reason to put mail off."""
    assert None is await found(said)
