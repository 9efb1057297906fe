"""Which files wait behind links, what their rows say, and that nothing leaves before they are durable."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.spool import SpoolFolder
from gateway.model.errors import Deferred
from gateway.model.examination import Examination
from gateway.model.facts import Facts
from gateway.model.finding import Finding, FindingKind
from gateway.model.hosted import FileState
from gateway.model.message import Message, Part
from gateway.model.policy import DAY, Action, Hosting, Policy
from gateway.model.reply import STORE_DOWN
from gateway.model.scan import Outcome, ScanResult
from gateway.model.span import Span
from gateway.model.verdict import Judgement, Verdict
from gateway.pipeline.hosting import Hosted, facts_about, hosted, kinds, to_host
from gateway.ports.inspection import Inspection
from tests.unit.pipeline.shelf import Scratch, Shelf
from tests.unit.pipeline.world import POLICY, artifact, job


def judged(*judgements: tuple[str, Action]) -> Verdict:
    """Return a verdict."""
    worst = max(action for _, action in judgements)
    return Verdict(worst, tuple(Judgement(where, action, "hosted", "r") for where, action in judgements), "p", "v")


def facts(*places: str) -> Facts:
    """Return facts of a message with files at these places; a slash says that one is inside another."""
    found = tuple(replace(artifact(place), depth=place.count("/")) for place in places)
    return Facts("id1", 1000.0, job().envelope, 10, found, (), ())


def chosen(known: Facts, verdict: Verdict) -> list[str]:
    """Return the places of the files that are hosted."""
    return [one.artifact.where for one in to_host(known, verdict)]


def test_files_are_hosted_in_the_order_of_the_message() -> None:
    """Only those that the policy hosts."""
    verdict = judged(("3", Action.HOST), ("2", Action.HOST), ("1", Action.TAG))

    assert ["2", "3"] == chosen(facts("1", "2", "3"), verdict)


def test_a_member_takes_its_archive_along() -> None:
    """The outermost file stands behind the link, once."""
    verdict = judged(("2/a.pdf", Action.HOST), ("2/b.pdf", Action.HOST))

    assert ["2"] == chosen(facts("1", "2", "2/a.pdf", "2/b.pdf"), verdict)


@pytest.mark.parametrize("stripped", ["2", "2/b.exe", "2/x.zip/b.exe", "2~raw"])
def test_a_file_in_which_something_is_forbidden_is_not_hosted(stripped: str) -> None:
    """A disallowed file is never downloadable, whatever is around it."""
    verdict = judged(("2", Action.HOST), (stripped, Action.STRIP), ("2/a.pdf", Action.HOST))

    assert [] == chosen(facts("1", "2", "2/a.pdf"), verdict)


def test_a_file_in_a_part_that_goes_is_not_hosted() -> None:
    """Nobody gets its link; a neighbour whose number begins alike is another part."""
    verdict = judged(("2.1", Action.HOST), ("2", Action.STRIP), ("21", Action.HOST))

    assert ["21"] == chosen(facts("2", "2.1", "21"), verdict)


def test_what_is_known_of_a_file_is_what_is_known_of_all_in_it() -> None:
    """And of nothing else, so that it can be judged again by itself."""
    known = replace(
        facts("1", "2", "2/a.pdf", "21"),
        findings=(Finding(FindingKind.CONTAINER_ENCRYPTED, "2"), Finding(FindingKind.SCANNER_SILENT, "message")),
        scans=(ScanResult("2/a.pdf", Outcome.CLEAN), ScanResult("21", Outcome.CLEAN)),
    )
    theirs = facts_about(known, "2")

    assert ["2", "2/a.pdf"] == [one.where for one in theirs.artifacts]
    assert [FindingKind.CONTAINER_ENCRYPTED] == [one.kind for one in theirs.findings]
    assert ["2/a.pdf"] == [one.where for one in theirs.scans]


def test_bans_find_a_file_by_any_reading_of_it_and_of_its_members() -> None:
    """An archive with a forbidden file in it is found by that."""
    found = [replace(artifact("2"), names=("a.zip",)), replace(artifact("2/x"), names=("b.txt.docm",))]

    assert {"ext:zip", "ext:docm", "family:text"} == set(kinds(found, POLICY))


def test_kinds_are_bounded() -> None:
    """An archive of thousands of names cannot fill the table."""
    many = [replace(artifact(f"2/{number}"), names=(f"a.x{number}",)) for number in range(1000)]

    assert len(list(kinds(many, POLICY))) == 200


class World:
    """A message with a small file among others and a large one by itself, and a shelf."""

    def __init__(self, folder: Path, policy: Policy = POLICY) -> None:
        self.spools = SpoolFolder(folder)
        self.scratch = Scratch(self.spools())
        self.scratch.spool.write(b"xhellox")
        self.shelf = Shelf()
        self.job = job(b"Subject: hi\r\nMessage-ID: <1@sender.example>\r\n\r\nhello\r\n")
        self.job = replace(self.job, group=replace(self.job.group, policy=policy))
        self.file = Hosted(
            replace(artifact("2"), names=("pl\x1ban.txt",), content=Span(1, 6)), Judgement("2", Action.HOST, "", "r")
        )
        self.facts = Facts("id1", 1000.0, self.job.envelope, 10, (self.file.artifact,), (), ())

    async def links(self, files: Sequence[Hosted] = ()) -> list[str]:
        """Host; return the links."""
        whole = Span(0, 9)
        root = Part((), whole, whole, whole, (), "text/plain", "", (), "", "7bit", ())
        found = Inspection(Examination(Message(9, root), (), ()), self.scratch)
        made = await hosted(self.job, found, self.facts, files or [self.file], self.shelf, self.spools)
        return [one.url for one in made]


async def test_row_and_bytes_are_those_of_the_file(tmp_path: Path) -> None:
    """Pending, and with all that its later life needs."""
    world = World(tmp_path)
    (link,) = await world.links()
    ((new, content),) = world.shelf.taken
    one = new.file

    assert (link, content) == (f"https://files1.example/{one.id}", b"hello")
    assert (one.state, one.tenant, one.message, one.message_id) == (
        FileState.PENDING,
        "acme",
        "id1",
        "<1@sender.example>",
    )
    assert (one.name, one.media_type, one.size) == ("plan.txt", "text/plain", 5)
    assert (one.sender, one.recipients) == ("a@b.example", ("c@d.example",))
    assert (one.created_at, one.expires_at) == (0.0, 30 * DAY)
    assert (one.scanned_at, one.signatures) == (0.0, "")
    assert new.facts.artifacts == (world.file.artifact,)


async def test_a_large_file_goes_over_without_a_copy(tmp_path: Path) -> None:
    """Its own descriptor, where it has one."""
    world = World(tmp_path)
    whole = Hosted(replace(world.file.artifact, content=Span(0, 7)), world.file.judgement)
    await world.links([whole])

    assert [b"xhellox"] == [content for _, content in world.shelf.taken]


async def test_clean_scans_are_noted_with_their_signatures(tmp_path: Path) -> None:
    """An unscanned file waits for its scan."""
    world = World(tmp_path)
    world.facts = replace(world.facts, scans=(ScanResult("2", Outcome.CLEAN, engine="ClamAV 1.4/7"),))
    await world.links()
    world.facts = replace(world.facts, scans=(ScanResult("2", Outcome.UNKNOWN, engine="ClamAV 1.4/7"),))
    world.job = replace(world.job, received_at=5.0)
    await world.links()

    said = [(new.file.scanned_at, new.file.signatures) for new, _ in world.shelf.taken]
    assert [(0.0, "ClamAV 1.4/7"), (0.0, "")] == said


async def test_a_rule_may_say_how_long_a_link_lives(tmp_path: Path) -> None:
    """Else the policy does; pools too."""
    world = World(tmp_path, replace(POLICY, hosting=Hosting(pool="gold", ttl=7.0)))
    await world.links()
    await world.links([Hosted(world.file.artifact, replace(world.file.judgement, ttl=3.0))])

    assert [(7.0, "gold"), (3.0, "gold")] == [(new.file.expires_at, new.pool) for new, _ in world.shelf.taken]


async def test_a_file_that_cannot_be_hosted_lets_nothing_leave(tmp_path: Path) -> None:
    """What the store says is what the client hears."""
    world = World(tmp_path)
    world.shelf.error = Deferred(STORE_DOWN.reply(), "keeper: gone")
    with pytest.raises(Deferred):
        await world.links()
