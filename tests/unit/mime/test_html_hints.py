"""What is skipped holds no link to the hosts."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.edit.targets import target_of
from gateway.mime.html_hints import PLAIN, Hints, has_base
from gateway.mime.html_links import links_in_page
from gateway.model.links import LinkHost

HOSTS = (LinkHost("files.old.example"),)
PIECES = (
    *("https:", "http", ":", "//", "\\", "/", "files.old.example", "FILES.old", ".example", "fi", "les.old.example"),
    *("%66", "&#102;", "&fflig;", "&Tab;", "&colon;", "&sol;", "\t", "\n", "\uff46", "\u00ad", "user:pa%ss@", "/a?b#c"),
    *(
        "<a href=",
        '"',
        "'",
        ">",
        " ",
        "<a href='",
        "<p x=1 y>",
        "</p>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<",
        "=",
    ),
)


@given(st.lists(st.sampled_from(PIECES), max_size=50).map("".join))
def test_skipping_loses_no_link_to_the_hosts(page: str) -> None:
    """However the host is written, and whatever the page looks like."""
    raw = page.encode()
    ways = [links_in_page(raw, "utf-8"), links_in_page(raw, "utf-8", [one.host for one in HOSTS])]
    found = [[one.span for one in way if target_of(one.url, HOSTS)] for way in ways]

    assert found[0] == found[1]


def test_places_come_in_order() -> None:
    """The first from a place on; the end where there is none."""
    page = b"x FILES.old.example y https://%66.example z"
    hints = Hints(page, ["files.old.example"])

    assert [2, page.index(b"//"), len(page)] == [hints.next(0), hints.next(3), hints.next(30)]


def test_ordinary_markup_is_skipped_at_once() -> None:
    """Up to what is not: a script, a base, a comment, a quote that never ends."""
    plain = b"<p class='x'>text</p><td width=5 ><br/><a href=\"y\">"
    ends = [b"<script>", b"<base href=x>", b"<!-- x -->", b'<p x="', b"<p ='>", b"< b"]

    found = [PLAIN.match(plain + one) for one in ends]

    assert [len(plain)] * len(ends) == [one.end() for one in found if one]


def test_base_is_seen() -> None:
    """Then nothing can be skipped."""
    assert [True, False] == [has_base(one) for one in (b"<BASE\nhref=x>", b"<basefont>")]
