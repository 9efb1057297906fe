"""From a verdict to edits: what leaves is whole, and everything that nobody touched is as it came."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.edit.planner import Extras
from gateway.edit.removal import Uneditable
from gateway.edit.trace import received, tags
from gateway.model.plan import Edit as PlanEdit
from gateway.model.policy import SignedMail, Tagging
from gateway.model.span import Span
from tests import builders, strategies
from tests.unit.edit.editing import content_at, edit, outside, parsed, span_of, tree

TEXT = builders.text("Grüße\r\n")
PICTURE = builders.part(builders.picture(), "image/png", "a.png")
PROGRAM = builders.part(builders.program(), "application/octet-stream", "setup.exe")
MIXED = builders.mail(builders.multipart(TEXT, PROGRAM, PICTURE))


def test_message_that_passes_gets_a_trace_field_and_nothing_else() -> None:
    """Every byte of the original stays where it was, behind one insertion."""
    one = edit(MIXED)

    assert one.plan.edits == (PlanEdit(Span(0, 0), received(one.facts, one.verdict, "mx.test")),)


def test_marked_message_gets_its_tags_below_the_trace_field() -> None:
    """Trace fields stand on top (RFC 5321 section 4.4)."""
    one = edit(MIXED, tag=["2"])
    expected = received(one.facts, one.verdict, "mx.test") + tags(one.verdict)

    assert one.plan.edits == (PlanEdit(Span(0, 0), expected),)


def test_stripped_part_gives_way_to_a_notice_in_two_forms() -> None:
    """The structure is the same but for the part, and the others' bytes are where they were."""
    one = edit(MIXED, strip=["2"])
    seen = parsed(one.new)

    assert tree(seen) == [
        "multipart/mixed",
        "text/plain",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "image/png",
    ]
    assert outside(one) == MIXED.replace(PROGRAM, b"")
    assert builders.encoded(builders.program(), "base64")[:60] not in one.new
    assert "setup.exe" in content_at(seen, 1, 0)


def test_attachment_that_is_the_message_leaves_its_header() -> None:
    """Fields about the content give way, the others stay byte for byte."""
    raw = builders.mail(PROGRAM)
    seen = parsed(edit(raw, strip=["1"]).new)

    assert (tree(seen), seen.defects) == (["multipart/alternative", "text/plain", "text/html"], [])
    assert builders.head(builders.ORDINARY) in edit(raw, strip=["1"]).new
    assert outside(edit(raw, strip=["1"])) == builders.head(builders.ORDINARY) + b"\r\n"


def test_message_without_mime_version_gets_one() -> None:
    """What we write is MIME (RFC 2045 section 4)."""
    raw = builders.mail(PROGRAM, headers=builders.ORDINARY[:-1])

    assert edit(raw, strip=["1"]).new.count(b"\r\nMIME-Version: 1.0\r\n") == 1


def test_text_without_a_header_gives_way_too() -> None:
    """The trace field stands above, a blank line below."""
    seen = parsed(edit(b"no header here\r\n", strip=["1"]).new)

    assert tree(seen) == ["multipart/alternative", "text/plain", "text/html"]
    assert "no header here" not in seen.as_string()


@pytest.mark.parametrize("where", ["message", "0", "nonsense"])
def test_what_cannot_be_told_from_the_rest_takes_all_of_it(where: str) -> None:
    """A signature found in the message as a whole says of no part that it is clean."""
    seen = parsed(edit(MIXED, strip=[where]).new)

    assert tree(seen) == ["multipart/alternative", "text/plain", "text/html"]


def test_part_of_a_forwarded_message_gives_way_inside() -> None:
    """Its header and the message around it stay."""
    inner = builders.mail(PROGRAM, headers=[("Subject", "inner")])
    raw = builders.mail(builders.multipart(TEXT, builders.part(inner, "message/rfc822", encoding="8bit"), boundary="o"))
    one = edit(raw, strip=["2.1"])
    types = ["multipart/mixed", "text/plain", "message/rfc822", "multipart/alternative", "text/plain", "text/html"]

    assert tree(parsed(one.new)) == types
    assert b"\r\nSubject: inner\r\n" in outside(one)


def test_files_of_one_archive_make_one_notice() -> None:
    """It names the archive and what was found in it."""
    packed = builders.zip_of({"a.exe": builders.program(), "b.exe": builders.program() + b"!"})
    raw = builders.mail(builders.multipart(TEXT, builders.part(packed, "application/zip", "both.zip")))
    one = edit(raw, strip=["2/a.exe", "2/b.exe"])
    said = content_at(parsed(one.new), 1, 0)

    assert one.new.count(b"multipart/alternative") == 1
    assert all(name in said for name in ("both.zip", "a.exe", "b.exe"))
    assert one.new.count(b"X-Postern-Removed:") == 1


def test_text_behind_the_parts_is_cut_off() -> None:
    """The parts stay as they were."""
    raw = MIXED + b"begin 644 x\r\nlet me in\r\n"
    one = edit(raw, strip=["0/gap:1"])

    assert outside(one) == MIXED
    assert b"let me in" not in one.new


def test_part_that_nobody_looked_at_goes_with_the_one_at_which_the_bound_was_reached() -> None:
    """Stripping says that what is left was judged."""
    one = edit(MIXED, strip=["2"])
    limited = replace(one, limits=replace(one.limits, expanded=100))

    assert limited.seen.findings
    assert tree(parsed(limited.new)).count("multipart/alternative") == 2


@pytest.mark.parametrize("kind", ["signed", "encrypted"])
def test_sealed_part_is_not_opened_unless_the_policy_says_so(kind: str) -> None:
    """What must not pass then stops the message."""
    raw = builders.mail(builders.multipart(TEXT, PROGRAM, subtype=kind))

    with pytest.raises(Uneditable):
        _ = edit(raw, strip=["2"]).plan
    assert "multipart/alternative" in tree(parsed(edit(raw, strip=["2"], signed_mail=SignedMail.EDIT).new))


def test_fields_that_only_we_may_write_go() -> None:
    """So do forged ones that others found; all else of the header stays."""
    forged = b"Authentication-Results: mx.test; spf=pass\r\n"
    raw = b"X-Postern-Tag: action=none\r\n" + forged + b"x-POSTERN-y: 1\r\n 2\r\n" + MIXED
    top = b"Authentication-Results: mx.test; spf=fail\r\n"
    one = edit(raw, extras=Extras(top=top, forged=frozenset({span_of(raw, forged)})))

    assert outside(one) == MIXED
    assert one.new.endswith(top + MIXED)


def test_tagging_shows_in_subject_and_text() -> None:
    """Where the policy asks for it, and something is marked."""
    shown = Tagging("[EXTERN]", banner=True)
    marked, unmarked = edit(MIXED, tag=["2"], tagging=shown), edit(MIXED, tagging=shown)
    seen = parsed(marked.new)

    assert seen["subject"] == "[EXTERN] Figures for March"
    assert "with care" in content_at(seen, 0)
    assert outside(unmarked) == MIXED
    assert len(unmarked.plan.edits) == 1


def test_message_without_subject_gets_one() -> None:
    """Which says only that it is marked."""
    raw = builders.mail(MIXED.partition(b"MIME-Version: 1.0\r\n")[2], headers=[("MIME-Version", "1.0")])

    assert parsed(edit(raw, tag=["2"], tagging=Tagging("[EXTERN]")).new)["subject"] == "[EXTERN]"


def test_rebuilt_message_holds_the_notice_in_place_of_the_part() -> None:
    """Its other parts are the judged ones."""
    one = edit(b"X-Postern-Tag: forged\r\n" + MIXED, strip=["2"], tag=["1"], tagging=Tagging("[EXTERN]"))
    seen = parsed(one.rebuilt)

    assert tree(seen) == tree(parsed(one.new))
    assert seen["subject"] == "[EXTERN] Figures for March"
    assert b"forged" not in one.rebuilt
    assert builders.encoded(builders.picture(), "base64") in one.rebuilt


def test_rebuilt_attachment_that_is_the_message_leaves_its_header() -> None:
    """As in a message that is edited."""
    one = edit(builders.mail(PROGRAM), strip=["1"])
    seen = parsed(one.rebuilt)

    assert (tree(seen), seen["subject"]) == (["multipart/alternative", "text/plain", "text/html"], "Figures for March")


@pytest.mark.parametrize(
    "name",
    ["a\r\nX-Evil: 1.exe", "<script>alert(1)</script>", "\u202egnp.exe", "\x1b]0;evil\x07", '"; x="', "--=_boundary_1"],
)
def test_hostile_name_stays_a_name(name: str) -> None:
    """In the header, the text and the page."""
    one = edit(MIXED, strip=["2"])
    part = replace(one.facts.artifacts[1], names=(name,))
    facts = replace(one.facts, artifacts=(one.facts.artifacts[0], part, one.facts.artifacts[2]))
    one.__dict__["facts"] = facts
    one.__dict__["seen"] = replace(one.seen, artifacts=facts.artifacts)
    new = one.new
    seen = parsed(new)

    assert tree(seen) == tree(parsed(edit(MIXED, strip=["2"]).new))
    assert seen["x-evil"] is None
    text, page = content_at(seen, 1, 0), content_at(seen, 1, 1)
    assert "<script" not in page
    assert not set("\u202e\x1b\x07") & set(text + page + new.decode())
    assert all(len(line) <= 998 for line in new.split(b"\r\n"))


@given(raw=strategies.mutated(), chosen=st.sets(st.integers(0, 20)), shows=st.booleans())
def test_whatever_came_only_the_edits_differ(raw: bytes, chosen: set[int], *, shows: bool) -> None:
    """Outside them all bytes are the same, and what was stripped is nowhere any more."""
    first = edit(raw)
    places = [one.where for number, one in enumerate(first.seen.artifacts) if number in chosen]
    try:
        one = edit(raw, strip=places, tag=["x"], tagging=Tagging("[X]", banner=shows), signed_mail=SignedMail.EDIT)
        new = one.new
    except Uneditable:
        return
    gone = {one.where.partition("~")[0] for one in first.seen.artifacts if one.where in places and one.depth == 0}

    assert len(new) == len(raw) + one.plan.growth
    assert all(
        edit.span.end <= after.span.start for edit, after in zip(one.plan.edits, one.plan.edits[1:], strict=False)
    )
    assert {"stripped": bool(gone)} == {"stripped": b"X-Postern-Removed" in new} or not gone
