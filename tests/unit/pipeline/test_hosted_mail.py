"""Mail whose files wait behind links: what becomes of them is what became of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.spool import SpoolFolder
from gateway.model.errors import Deferred, UnknownOutcome
from gateway.model.policy import Action
from gateway.model.reply import STORE_DOWN, Reply
from gateway.pipeline.process import process
from tests.unit.pipeline.shelf import Scratch, Shelf
from tests.unit.pipeline.world import (
    DELIVERED,
    POLICY,
    FixedExaminer,
    FixedOutlet,
    FixedScanner,
    Records,
    artifact,
    job,
    services,
)

HOSTING = replace(POLICY, allow=(), otherwise=Action.HOST)


class Sent:
    """One message whose only file is hosted, on its way to a next hop that answers as told."""

    def __init__(self, folder: Path, answer: Reply | Exception = DELIVERED) -> None:
        self.shelf, self.outlet = Shelf(), FixedOutlet(answer)
        self.spools = SpoolFolder(folder)
        scratch = Scratch(self.spools())
        scratch.spool.write(b"hello")
        self.examiner = FixedExaminer((artifact("1"),), scratch=scratch)
        self.log = Records()

    async def reply(self) -> Reply:
        """Process it."""
        on = services(self.examiner, FixedScanner(), self.log)
        one = job()
        one = replace(one, group=replace(one.group, policy=HOSTING))
        return await process(one, replace(on, hosting=self.shelf, spools=self.spools), self.outlet)


async def test_delivered_mail_lets_its_files_live(tmp_path: Path) -> None:
    """The link stands in what left; the file is on the shelf before."""
    sent = Sent(tmp_path)
    reply = await sent.reply()
    (outgoing,) = sent.outlet.taken
    ((new, content),) = sent.shelf.taken

    assert (reply, content) == (DELIVERED, b"hello")
    assert f"https://files1.example/{new.file.id}".encode() in b"".join(edit.data for edit in outgoing.plan.edits)
    assert [("id1", True)] == sent.shelf.ended


@pytest.mark.parametrize(
    ("answer", "lives"),
    [
        (Reply(550, "7.1", ("no",)), False),
        (Reply(451, "4.0", ("later",)), False),
        (Deferred(STORE_DOWN.reply(), "nobody answers"), False),
        (UnknownOutcome(STORE_DOWN.reply(), "no answer to the dot"), True),
        (RuntimeError("a bug of ours"), True),
    ],
    ids=["refused", "put off", "unreachable", "unknown", "unforeseen"],
)
async def test_files_live_unless_it_is_sure_that_their_mail_did_not_leave(
    answer: Reply | Exception,
    tmp_path: Path,
    *,
    lives: bool,
) -> None:
    """A link in a delivered mail is never dead."""
    sent = Sent(tmp_path, answer)
    await sent.reply()

    assert [("id1", lives)] == sent.shelf.ended


async def test_store_that_fails_is_451_and_nothing_leaves(tmp_path: Path) -> None:
    """Files that were stored before it failed are forgotten."""
    sent = Sent(tmp_path)
    sent.shelf.error = Deferred(STORE_DOWN.reply(), "keeper: gone")
    reply = await sent.reply()

    assert (reply.code, reply.enhanced, sent.outlet.taken) == (451, "4.3.0", [])
    assert [("id1", False)] == sent.shelf.ended


async def test_infected_file_is_never_hosted(tmp_path: Path) -> None:
    """Whatever the policy does with files."""
    sent = Sent(tmp_path)
    on = replace(
        services(sent.examiner, FixedScanner(frozenset({artifact("1").sha256})), sent.log),
        hosting=sent.shelf,
        spools=sent.spools,
    )
    one = job()
    reply = await process(replace(one, group=replace(one.group, policy=HOSTING)), on, sent.outlet)

    assert (reply.code, sent.shelf.taken, sent.shelf.ended) == (554, [], [])
