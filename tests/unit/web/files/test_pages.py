"""What people see."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from gateway.web.files.access import Standing
from gateway.web.files.pages import POLICY, Pages, View, details, offered
from gateway.web.files.tongues import TONGUES
from tests.unit.adapters.sql.hosting import FILE

PAGES = Pages()
HOSTILE = replace(FILE, name='<script>alert(1)</script>"\u202e.pdf', recipients=("b@<b>x.example",), media_type="<i>/x")


def page(view: View, language: str = "en") -> str:
    """Return a page."""
    return PAGES.write(view, language).decode()


class Outline(HTMLParser):
    """The start tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.tags.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of each such tag."""
        return [attributes for name, attributes in self.tags if name == tag]


def test_style_is_the_one_that_the_policy_names() -> None:
    """Byte for byte, or no browser applies it."""
    found = re.search("<style>(.*?)</style>", page(View("gate", FILE, may_download=True)), re.DOTALL)
    assert found
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()

    assert f"'sha256-{digest}'" in POLICY


@pytest.mark.parametrize("language", TONGUES)
def test_page_can_be_read_aloud_and_used_by_keyboard(language: str) -> None:
    """A language, one main landmark, one first heading, labels for every field, real buttons."""
    outline = Outline(page(View("revoked", may_ask=True), language))

    assert [language] == [one["lang"] for one in outline.named("html")]
    assert (1, 1) == (len(outline.named("main")), len(outline.named("h1")))
    fields = [one["id"] for name in ("input", "textarea") for one in outline.named(name)]
    assert fields == [one["for"] for one in outline.named("label")]
    assert outline.named("button")


@pytest.mark.parametrize("one", Standing)
def test_every_standing_has_its_page(one: Standing) -> None:
    """In every language."""
    assert all(getattr(words, one.page).title in page(View(one.page), words.tag) for words in TONGUES.values())


def test_what_came_by_mail_is_text() -> None:
    """Names, types and recipients mark nothing up."""
    text = page(View("gate", HOSTILE, may_download=True, contact="<img src=x>"))

    assert "script" not in {tag for tag, _ in Outline(text).tags}
    assert "\u202e" not in text
    assert not Outline(text).named("img")


def test_page_brings_nothing_from_elsewhere() -> None:
    """No script, no picture, no address but that of another domain for the same link."""
    text = page(View("resting", other_address="https://files2.example/t/n"))
    outline = Outline(text)

    assert not {"script", "img", "iframe", "object"} & {tag for tag, _ in outline.tags}
    assert ["https://files2.example/t/n"] == [one["href"] for one in outline.named("a")]
    assert ["https://files2.example/t/n"] == re.findall(r'https?://[^"\s]+', text)


def test_recipients_are_named_by_their_domains_only() -> None:
    """A link that is passed on tells nobody who was written to in secret."""
    two = replace(FILE, recipients=("bob@acme.example", "chef@ACME.example", "x@other.example"))

    assert details(two, TONGUES["en"]).sent_to == "@acme.example, @other.example"


@pytest.mark.parametrize(
    ("language", "size", "day"),
    [("en", "1.5 MB", "1 January 1970, 02:30 UTC"), ("de", "1,5 MB", "1. Januar 1970, 02:30 UTC")],
)
def test_numbers_are_written_as_readers_do(language: str, size: str, day: str) -> None:
    """Decimal comma, month names."""
    found = details(replace(FILE, size=1_572_864, expires_at=9000.0, scanned_at=0.0), TONGUES[language])

    assert (size, day, TONGUES[language].not_yet) == (found.size, found.until, found.checked)


def test_languages_of_a_tenant_that_nobody_wrote_are_left_out() -> None:
    """English stands in where none is left."""
    assert ["fr", "de"] == offered(["tlh", "fr", "de", "fr"])
    assert ["en"] == offered(["tlh"])
