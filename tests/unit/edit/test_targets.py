"""Where links lead: judged by the host that a browser would ask."""

import pytest

from gateway.edit.targets import base_of, target_of
from gateway.model.links import LinkHost

HOSTS = (LinkHost("files.old.example", "/share/"), LinkHost("xn--mller-kva.example"))
TARGET = "https://files.old.example/share/a"


@pytest.mark.parametrize(
    "url",
    [
        "https://files.old.example/share/a",
        "HTTP://FILES.Old.Example/share/a",
        "http:\\\\files.old.example\\share\\a",
        "https:files.old.example/share/a",
        "https:/files.old.example/share/a",
        "https:////files.old.example/share/a",
        " ht\ntps://fi\tles.old.example/sha\rre/a ",
        "https://files.old.example./share/a",
        "https://files.old.example:443/share/a",
        "https://%66iles.old.ex%61mple/share/a",
        "https://\uff46iles\u3002old.example/share/a",
        "https://fi\u00adles.old.example/share/a",
        "https://bank.example@files.old.example/share/a",
        "https://bank.example:x@files.old.example/share/a",
        "https://files.old.example/x/../share/a",
        "https://files.old.example/%2e%2e/share/./a",
        "https://files.old.example\\share/a",
    ],
)
def test_every_dress_of_a_host_is_seen_through(url: str) -> None:
    """As the URL standard reads it."""
    assert TARGET == target_of(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "https://files.old.example@evil.example/share/a",
        "https://evil.example\\@files.old.example/share/a",
        "https://evil.example/files.old.example/share/a",
        "https://files.old.example.evil.example/share/a",
        "https://xfiles.old.example/share/a",
        "https://files.old.examp1e/share/a",
        "https://f\u0456les.old.example/share/a",
        "https://files.old.example:8443/share/a",
        "https://files.old.example/shared/a",
        "https://files.old.example/share",
        "https://files.old.example/share/../a",
        "ftp://files.old.example/share/a",
        "javascript:https://files.old.example/share/a",
        "//files.old.example/share/a",
        "files.old.example/share/a",
        "https://0x7f.1/share/a",
        "https://",
        "https://files.old.example/share/" + "a" * 3000,
        "https://files.old.example/share/\ud800",
        "",
    ],
)
def test_no_other_link_is_touched(url: str) -> None:
    """Look-alikes, credentials, other ports, paths and schemes, and what is no URL."""
    assert "" == target_of(url, HOSTS)


def test_international_hosts_are_compared_in_a_labels() -> None:
    """However they are written."""
    assert {"https://xn--mller-kva.example/a"} == {
        target_of(f"https://{one}/a", HOSTS) for one in ("müller.example", "MÜLLER.example", "xn--mller-kva.example")
    }


def test_query_and_fragment_stay() -> None:
    """They are part of where the link leads."""
    assert f"{TARGET}?b=%C3%BC&c#d" == target_of(f"{TARGET}?b=ü&c#d", HOSTS)


@pytest.mark.parametrize(
    ("url", "joined"),
    [
        ("a", TARGET),
        ("./a", TARGET),
        ("/share/a", TARGET),
        ("\\share\\a", TARGET),
        ("//files.old.example/share/a", TARGET),
        ("https:a", TARGET),
        ("https://files.old.example/share/a", TARGET),
        ("?a", "https://files.old.example/share/x.html?a"),
        ("#a", "https://files.old.example/share/x.html#a"),
        ("//evil.example/share/a", ""),
        ("http:/x", ""),
        ("../a", ""),
        ("mailto:a@files.old.example", ""),
        ("https://evil.example/share/a", ""),
    ],
)
def test_relative_links_stand_on_the_base(url: str, joined: str) -> None:
    """A page may have one base, and its links are what they become on it."""
    assert joined == target_of(url, HOSTS, base_of("https://files.old.example/share/x.html?y#z"))


def test_base_is_a_page_in_the_web() -> None:
    """On anything else nothing stands."""
    assert ["", "", "https://a.example:8443/"] == [
        base_of(one) for one in ("mailto:a@b.example", "x", "https://a.example:8443")
    ]
