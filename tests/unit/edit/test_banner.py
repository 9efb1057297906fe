"""A banner above the text and the page, in any encoding."""

import pytest

from gateway.model.policy import Notices, Tagging
from tests import builders
from tests.unit.edit.editing import edit, outside, parsed

SHOWN = Tagging(banner=True)
ENGLISH = Notices()
ENCODINGS = ["7bit", "8bit", "quoted-printable", "base64"]
PAGE = (
    "<html><head><style>p {}</style></head><body class='x'><p>Hello</p>"
    + "<p>more</p>\r\n" * 200
    + "</body></html>\r\n"
)


def bannered(raw: bytes, notices: Notices = ENGLISH) -> bytes:
    return edit(raw, tag=["x"], tagging=SHOWN, notices=notices).new


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_follows_its_banner(encoding: str) -> None:
    """As it was, after a rule and a blank line."""
    said = parsed(bannered(builders.mail(builders.text("Hello.\r\n", encoding=encoding)))).get_content()
    banner, _, rest = said.replace("\r\n", "\n").partition("\n\n")

    assert rest == "Hello.\n"
    assert banner.startswith("Please read this message with care.\n")
    assert banner.splitlines()[-1].strip("_") == ""


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_page_has_its_banner_in_its_body(encoding: str) -> None:
    """Behind the tag; what follows is as it was."""
    said = parsed(bannered(builders.mail(builders.text(PAGE, "html", encoding)))).get_content().replace("\r\n", "\n")
    before, tag, rest = PAGE.replace("\r\n", "\n").partition("<body class='x'>")

    assert said.startswith(before + tag)
    assert said.rstrip("\n").endswith(rest.rstrip("\n"))
    assert "Please read this message with care." in said[len(before + tag) : -len(rest)]


def test_lines_stay_short() -> None:
    """Encoded lines have at most 76 characters."""
    for encoding in ("quoted-printable", "base64"):
        new = bannered(builders.mail(builders.multipart(builders.text(), builders.text(PAGE, "html", encoding))))

        assert max(map(len, new.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 76


@pytest.mark.parametrize(
    ("charset", "encoding", "expected"),
    [
        ("utf-8", "base64", "für"),
        ("iso-8859-1", "quoted-printable", "für"),
        ("us-ascii", "7bit", "fuer"),
        ("utf-8", "7bit", "fuer"),
        ("no-such-charset", "quoted-printable", "fuer"),
        ("koi8-r", "quoted-printable", "fuer"),
    ],
)
def test_banner_is_in_the_character_set_of_the_text(charset: str, encoding: str, expected: str) -> None:
    """Or in ASCII, where that cannot say it."""
    raw = builders.mail(builders.part(b"x\r\n", f"text/plain; charset={charset}", encoding=encoding, disposition=None))
    notices = Notices(("de",), contact="die Stelle für Mail")
    said = parsed(bannered(raw, notices=notices)).get_payload(decode=True)

    assert isinstance(said, bytes)
    assert expected in said.decode(charset if charset in {"utf-8", "iso-8859-1"} else "ascii")


@pytest.mark.parametrize(
    "entity",
    [
        builders.multipart(builders.text(), builders.text(), subtype="signed"),
        builders.part("Hello".encode("utf-16"), "text/plain; charset=utf-16", encoding="base64", disposition=None),
        builders.part(builders.mail(builders.text()), "message/rfc822", encoding="8bit"),
        builders.part(b"Hello", "text/plain", "notes.txt"),
    ],
    ids=["signed", "without ASCII", "forwarded", "a file"],
)
def test_what_is_not_our_text_to_change_stays(entity: bytes) -> None:
    """Signed, in another alphabet, another's message, a file."""
    raw = builders.mail(entity)

    assert outside(edit(raw, tag=["x"], tagging=SHOWN)) == raw
    assert len(edit(raw, tag=["x"], tagging=SHOWN).plan.edits) == 1


def test_only_the_first_text_and_page_get_it() -> None:
    """Not every text that a list or a phone appends."""
    raw = builders.mail(builders.multipart(builders.text(), builders.text(), builders.text("<p>", "html")))

    assert [one.what for one in edit(raw, tag=["x"], tagging=SHOWN).plan.edits[1:]] == ["banner", "banner"]


def test_no_line_of_the_banner_can_be_a_delimiter() -> None:
    """Whatever a template or policy says."""
    raw = builders.mail(builders.multipart(builders.text(encoding="7bit"), boundary="evil"))
    new = bannered(raw, notices=Notices(("en",), contact="\n--evil--\n"))

    assert new.count(b"\r\n--evil") == raw.count(b"\r\n--evil")
