"""Links of pages and messages under fire; lol-html, which browsers' makers use, says what is a link."""

import re
from html import escape

import lolhtml
from hypothesis import given

from gateway.edit.links import find_links
from gateway.edit.relink import edits
from gateway.mime.html_links import links_in_page
from gateway.mime.splice import pieces
from gateway.model.limits import Limits
from gateway.model.links import LinkHost, Linking
from gateway.model.plan import Plan
from tests.fuzz.mutation import damaged, texts, untimed

URL = "https://files.old.example/a"
NEW = "https://s.example/token/"
WORDS = (
    *(
        "<a ",
        "<img ",
        "<p",
        "<td ",
        "</a>",
        "</p ",
        "href=",
        "HREF = ",
        "title=",
        "x",
        "/",
        "=",
        ">",
        "/>",
        " ",
        "\n",
        "<",
    ),
    *(
        '"',
        "'",
        f'"{URL}"',
        f"'{URL}'",
        URL,
        "<!--",
        "-->",
        "--!>",
        "<!-->",
        "<script>",
        "</script>",
        "<style>",
        "</style ",
        "<?",
        "<!x",
    ),
)


class _Seen:
    """What lol-html finds."""

    def __init__(self) -> None:
        self.values: list[str] = []

    def element(self, one: lolhtml.Element) -> None:
        """Take the value of a link."""
        self.values.append(one.get_attribute("href") or "")


def oracle(page: str) -> list[str]:
    """Return the values of all href, as they are written."""
    seen = _Seen()
    rewriter = lolhtml.HTMLRewriter(lambda _: None)
    rewriter.on("a[href]", seen)
    rewriter.write(page.encode())
    rewriter.end()
    return seen.values


@untimed
@given(
    texts(WORDS, 40).filter(lambda page: "[" not in page and "&" not in page and "\0" not in page and "\r" not in page)
)
def test_links_are_those_of_another_parser(page: str) -> None:
    """Whatever the quotes and comments: the same values, in the same order."""
    raw = page.encode()
    found = [raw[one.span.start : one.span.end].decode() for one in links_in_page(raw, "utf-8")]
    values = [one for one in oracle(page) if one]

    assert values == [one for one in found if one]


MAILS = [
    f"Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body
    for kind, charset, encoding, body in (
        ("text/html", "utf-8", "8bit", f'<p>é <a href="{URL}">{URL}</a>\r\n'.encode()),
        (
            "text/html",
            "utf-8",
            "quoted-printable",
            f'<a href=3D"{escape(URL[:20])}=\r\n{URL[20:]}">x</a>=E2=82=AC\r\n'.encode(),
        ),
        (
            "text/plain",
            "iso-8859-1",
            "base64",
            b"PGh0dHBzOi8vZmlsZXMub2xkLmV4YW1wbGUvYT4gw6kgaHR0cHM6Ly9m\r\naWxlcy5vbGQuZXhhbXBsZS9i\r\n",
        ),
        ("text/plain; format=flowed; delsp=yes", "utf-8", "7bit", f"<{URL}/long- \r\ner> and {URL}.\r\n".encode()),
    )
]


@untimed
@given(damaged(MAILS))
def test_any_message_leaves_with_the_same_bytes_outside_of_slots(message: bytes) -> None:
    """Never raises; the edits fit, and every byte outside of them is there."""
    found = find_links(message, Linking((LinkHost("files.old.example"),)), Limits())
    plan = Plan(
        tuple(edits(found.slots, {one.target: NEW for slot in found.slots for one in slot.pieces if one.target}))
    )
    kept = [one for one in pieces(len(message), plan) if not isinstance(one, bytes)]

    assert len(message) == sum(map(len, kept)) + sum(len(one.span) for one in plan.edits)
    assert all(re.fullmatch(rb"[\t\r\n -~\x80-\xff]*", edit.data) for edit in plan.edits)
