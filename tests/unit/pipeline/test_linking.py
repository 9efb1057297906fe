"""Links to a tenant's own file hosts on their way through the pipeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from gateway.edit.links import find_links
from gateway.mime.splice import pieces
from gateway.model.errors import Deferred
from gateway.model.limits import Deadline, Limits
from gateway.model.links import Linked, LinkHost, Linking, Links
from gateway.model.plan import Plan
from gateway.model.policy import Action, SignedMail
from gateway.model.reply import STORE_DOWN
from gateway.pipeline import linking
from gateway.pipeline.process import process
from gateway.pipeline.services import Services
from gateway.ports.delivery import Outgoing
from gateway.ports.hosting import NewFile
from gateway.ports.spool import Spool
from tests.unit.pipeline.world import DELIVERED, FixedExaminer, FixedOutlet, FixedScanner, Records, job, services

OLD = b"https://files.old.example/a"
MAIL = b"Subject: x\r\nMessage-ID: <1@s.example>\r\n\r\nsee " + OLD + b" and " + OLD + b" and " + OLD + b"/b\r\n"
HOSTS = Links((LinkHost("files.old.example"),), ttl=60.0)


class Finder:
    """Looks in this process, as the child does in its jail; or has no answer."""

    def __init__(self, *, answers: bool = True) -> None:
        self._answers = answers
        self.asked = 0

    async def find(self, spool: Spool, linking: Linking, deadline: Deadline) -> Linked | None:
        self.asked += 1
        return find_links(b"".join(spool.chunks()), linking, Limits()) if self._answers else None


@dataclass
class Maker:
    """Makes links, or fails as told."""

    error: Exception | None = None
    made: list[NewFile] = field(default_factory=list)

    async def link(self, links: Sequence[NewFile], deadline: Deadline) -> Mapping[str, str]:
        if self.error:
            raise self.error
        self.made += links
        return {one.file.name: f"https://s.example/l/{number}/" for number, one in enumerate(links)}


def said(outgoing: Outgoing, message: bytes) -> bytes:
    """Return what left, without the fields on top."""
    plan = Plan(outgoing.plan.edits[1:])
    return b"".join(
        one if isinstance(one, bytes) else message[one.start : one.end] for one in pieces(len(message), plan)
    )


async def through(
    message: bytes, finder: Finder, maker: Maker, *, links: Links = HOSTS, signed: SignedMail = SignedMail.TAG
) -> tuple[int, FixedOutlet, Records]:
    """Take one message through the pipeline."""
    outlet, records = FixedOutlet(DELIVERED), Records()
    on: Services = replace(services(FixedExaminer(), FixedScanner(), records), finder=finder, links=maker)
    one = job(message)
    policy = replace(one.group.policy, links=links, signed_mail=signed)
    reply = await process(replace(one, group=replace(one.group, policy=policy)), on, outlet)
    return reply.code, outlet, records


async def test_links_change_and_nothing_else() -> None:
    """Each different link has one row, bound to tenant, message and recipients, and the log says so."""
    maker = Maker()
    code, outlet, records = await through(MAIL, Finder(), maker)
    expected = MAIL.replace(OLD + b"/b", b"https://s.example/l/1/").replace(OLD, b"https://s.example/l/0/")

    assert (250, expected) == (code, said(outlet.taken[0], MAIL))
    assert [f"{OLD.decode()}", f"{OLD.decode()}/b"] == [one.file.name for one in maker.made]
    assert {("acme", "id1", "<1@s.example>", ("c@d.example",), 60.0, False)} == {
        (one.tenant, one.message, one.message_id, one.recipients, one.expires_at, one.has_content)
        for one in (new.file for new in maker.made)
    }
    assert ["link 1"] == [edit.what for edit in records.kept[0].edits]


async def test_tenant_without_hosts_pays_nothing() -> None:
    """Nobody is asked."""
    finder = Finder()
    code, outlet, _ = await through(MAIL, finder, Maker(), links=Links())

    assert (250, 0, MAIL) == (code, finder.asked, said(outlet.taken[0], MAIL))


async def test_child_without_an_answer_leaves_the_links() -> None:
    """An old link is no reason to put mail off."""
    code, outlet, _ = await through(MAIL, Finder(answers=False), Maker())

    assert (250, MAIL) == (code, said(outlet.taken[0], MAIL))


async def test_store_that_is_down_puts_the_message_off() -> None:
    """A link without a row would be dead for good."""
    code, outlet, _ = await through(MAIL, Finder(), Maker(Deferred(STORE_DOWN.reply(), "down")))

    assert (451, []) == (code, outlet.taken)


async def test_links_beyond_the_most_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody fills the store with one message."""
    monkeypatch.setattr(linking, "MOST", 1)
    _, outlet, _ = await through(MAIL, Finder(), Maker())

    assert MAIL.replace(OLD, b"https://s.example/l/0/").replace(b"0//b", b"a/b").replace(
        b"https://s.example/l/a/b", OLD + b"/b"
    ) == said(outlet.taken[0], MAIL)


SIGNED = (
    b"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n" + OLD + b"\r\n--b\r\n"
    b"Content-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n"
)


@pytest.mark.parametrize(
    ("signed", "code", "action"),
    [(SignedMail.EDIT, 250, Action.ALLOW), (SignedMail.TAG, 250, Action.TAG), (SignedMail.REJECT, 550, Action.REJECT)],
)
async def test_signed_mail_follows_the_policy(signed: SignedMail, code: int, action: Action) -> None:
    """Edited, marked or refused."""
    answer, outlet, records = await through(SIGNED, Finder(), Maker(), signed=signed)
    verdict = records.kept[0].verdict

    assert verdict is not None
    assert (code, action) == (answer, verdict.action)
    assert (signed is SignedMail.EDIT) == any(OLD not in said(one, SIGNED) for one in outlet.taken)
