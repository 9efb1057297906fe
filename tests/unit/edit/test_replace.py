"""What stands in the place of what gives way."""

from dataclasses import replace

import pytest

from gateway.edit.planner import Extras
from gateway.model.notice import Link
from gateway.model.policy import Action, Notices
from tests import builders
from tests.unit.edit.editing import Edit, content_at, edit, parsed, tree
from tests.unit.policy.samples import policy

PROGRAM = builders.part(builders.program(), "application/octet-stream", "setup.exe")
MIXED = builders.mail(builders.multipart(builders.text(), PROGRAM))


def test_notice_says_whom_to_ask_in_each_language() -> None:
    """In the order of the policy, with the number of the message."""
    notices = Notices(("de", "fr"), contact="+49 30 555 0100")
    said = content_at(parsed(edit(MIXED, strip=["2"], notices=notices).new), 1, 0)

    assert said.index("Datei entfernt") < said.index("fichier a été retiré")
    assert said.count("+49 30 555 0100") == 2
    assert said.count(": id1") == 2


def test_card_says_where_the_file_waits() -> None:
    """In both forms."""
    link = Link("2", "setup.exe", 1024, "application/x-dosexec", "https://files.example/f/abc", 1.8e9)
    one = Edit(MIXED, {"2": Action.HOST}, policy(), Extras(links=(link,)))
    seen = parsed(one.new)
    text, page = content_at(seen, 1, 0), content_at(seen, 1, 1)

    assert "https://files.example/f/abc" in text
    assert 'href="https://files.example/f/abc"' in page
    assert "15 January 2027" in text


def test_boundary_of_a_notice_fits_into_the_ones_around() -> None:
    """The sender cannot choose a boundary that ours begins with."""
    for mark in "0123456789abcdef":
        raw = builders.mail(builders.multipart(builders.text(), PROGRAM, boundary=mark))
        inner = edit(raw, strip=["2"]).new.partition(b"multipart/alternative")[2].partition(b'"')[2]

        assert not inner.startswith(mark.encode())


def test_help_is_linked_with_reason_and_id() -> None:
    """Quoted, because an id may come from elsewhere."""
    one = edit(MIXED, strip=["2"])
    style = replace(one.by.replies, help_url="https://help.example/{reason}?id={id}")
    new = edit(MIXED, strip=["2"], replies=style).new

    assert "https://help.example/type_not_allowed?id=id1" in content_at(parsed(new), 1, 0)


@pytest.mark.parametrize("last", [b"X: y", b"Content-Type: application/octet-stream"])
def test_header_without_an_end_is_ended(last: bytes) -> None:
    """A forwarded message may be a header only; what stands in place of its body still follows a blank line."""
    inner = b"Subject: inner\r\n" + last
    raw = builders.mail(builders.multipart(builders.part(inner, "message/rfc822", encoding="8bit")))
    types = ["multipart/mixed", "message/rfc822", "multipart/alternative", "text/plain", "text/html"]

    assert tree(parsed(edit(raw, strip=["1.1"]).new)) == types
