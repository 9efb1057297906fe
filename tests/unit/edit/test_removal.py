"""Which parts give way, and what is told of them."""

from dataclasses import replace

import pytest

from gateway.edit.removal import MOST_INSIDE, Removal, Uneditable, removals
from gateway.model.finding import Finding, FindingKind
from gateway.model.notice import Link
from gateway.model.policy import Action
from tests import builders
from tests.unit.edit.editing import Edit, edit
from tests.unit.policy.samples import policy

PROGRAM = builders.part(builders.program(), "application/octet-stream", "setup.exe")
INNER = builders.multipart(PROGRAM, PROGRAM, boundary="i")
NESTED = builders.mail(builders.multipart(builders.text(), INNER, boundary="o"))


def found(raw: bytes, actions: dict[str, Action], *links: Link) -> tuple[Removal, ...]:
    """Return what gives way."""
    one = Edit(raw, actions, policy())
    return removals(one.facts, one.verdict, one.seen.message, one.by, links)


def test_part_inside_one_that_goes_is_not_mentioned() -> None:
    """Its bytes are gone with the outer one."""
    both = found(NESTED, {"2": Action.STRIP, "2.1": Action.STRIP})

    assert [one.part.where for one in both] == ["2"]


def test_places_come_in_the_order_of_the_message() -> None:
    """Whatever the order of the judgements."""
    assert [one.part.where for one in found(NESTED, {"2.2": Action.STRIP, "2.1": Action.STRIP})] == ["2.1", "2.2"]


def test_member_that_is_called_like_an_encoded_file_takes_its_archive_along() -> None:
    """A name in an archive is the sender's to choose."""
    packed = builders.zip_of({"uu:1": builders.program(), "gap:1": builders.program()})
    raw = builders.mail(builders.multipart(builders.text(), builders.part(packed, "application/zip", "a.zip")))
    one, *others = found(raw, {"2/uu:1": Action.STRIP, "2/gap:1": Action.STRIP})

    assert (one.part.where, one.is_whole, others) == ("2", True, [])


def test_many_files_of_one_archive_are_counted() -> None:
    """A notice is bounded."""
    packed = builders.zip_of({f"{number}.exe": builders.program() for number in range(MOST_INSIDE + 7)})
    raw = builders.mail(builders.multipart(builders.text(), builders.part(packed, "application/zip", "a.zip")))
    (one,) = found(raw, {f"2/{number}.exe": Action.STRIP for number in range(MOST_INSIDE + 7)})

    assert (one.files[0].name, len(one.files[0].inside), one.files[0].more) == ("a.zip", MOST_INSIDE, 7)


LINK = Link("2.1", "a.bin", 7, "application/octet-stream", "https://files.example/x", 2e9)


def test_hosted_part_gives_way_to_its_link() -> None:
    """The card says what the link's maker says."""
    (one,) = found(NESTED, {"2.1": Action.HOST}, LINK)

    assert (one.action, one.files[0].url, one.files[0].name) == (Action.HOST, LINK.url, "a.bin")


def test_part_of_which_something_is_stripped_gets_no_link() -> None:
    """The severer action holds for all of it."""
    packed = builders.zip_of({"a.exe": builders.program(), "a.png": builders.picture()})
    raw = builders.mail(builders.multipart(builders.part(packed, "application/zip", "a.zip")))
    (one,) = found(raw, {"1": Action.HOST, "1/a.exe": Action.STRIP}, replace(LINK, part="1"))

    assert (one.action, one.files[0].url) == (Action.STRIP, "")


def test_hosted_part_without_a_link_stops_the_message() -> None:
    """It may not stay, and nobody holds it."""
    with pytest.raises(Uneditable):
        found(NESTED, {"2.1": Action.HOST})


def test_header_that_was_not_seen_to_its_end_stops_the_message() -> None:
    """A field that nobody saw could say how to read the notice."""
    one = edit(builders.mail(PROGRAM), strip=["1"])
    facts = replace(one.facts, findings=(Finding(FindingKind.TOO_MANY_FIELDS, "1"),))

    with pytest.raises(Uneditable):
        removals(facts, one.verdict, one.seen.message, one.by)
