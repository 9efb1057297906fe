"""Header fields of every answer."""

import pytest

from gateway.web.files.headers import content, page


@pytest.mark.parametrize("fields", [page(), content("a.html")])
def test_no_answer_is_kept_framed_guessed_or_indexed(fields: dict[str, str]) -> None:
    """Pages and files alike."""
    assert "no-store" in fields["cache-control"]
    assert fields["x-content-type-options"] == "nosniff"
    assert fields["referrer-policy"] == "no-referrer"
    assert "noindex" in fields["x-robots-tag"]
    assert "default-src 'none'" in fields["content-security-policy"]
    assert "frame-ancestors 'none'" in fields["content-security-policy"]
    assert not [key for key in fields if "cookie" in key]


def test_no_browser_shows_a_file() -> None:
    """Saved, of no type that anything renders, and without rights if it were."""
    fields = content("page.html")

    assert fields["content-disposition"].startswith("attachment;")
    assert fields["content-type"] == "application/octet-stream"
    assert "sandbox" in fields["content-security-policy"]


def test_pages_run_nothing_and_name_their_own_style() -> None:
    """By its digest; nothing inline that somebody smuggled in has an effect."""
    policy = page()["content-security-policy"]

    assert "style-src 'sha256-" in policy
    assert "unsafe" not in policy
    assert "script" not in policy
