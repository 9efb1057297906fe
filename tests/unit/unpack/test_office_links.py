"""References out of a document."""

import pytest

from gateway.unpack.office_links import is_elsewhere, link_notes


@pytest.mark.parametrize(
    "target",
    [
        "file:///C:\\a\\b.dotx",
        "C:/a/b.dotx",
        "file:///C%3A/a",
        "Letter%20head.dotx",
        "../Templates/a.dotx",
        "\\\\SERVER\\share\\a.dotx",
        "#Sheet1",
        "",
    ],
)
def test_own_disk_and_house_are_near(target: str) -> None:
    """Letters name the template that they were made from."""
    assert not is_elsewhere(target)


@pytest.mark.parametrize(
    "target",
    [
        "https://a.example/x",
        "HTTP://a.example/x",
        "\\\\a.example\\x",
        "//a.example/x",
        "file://a.example/x",
        "file:////198.51.100.7/x",
        "mhtml:https://a.example/x",
        "script:https://a.example/x",
        "a.html!x-usc:https://a.example",
        "\\\\a.example@80\\x",
    ],
)
def test_other_machines_are_elsewhere(target: str) -> None:
    """By address, name or scheme."""
    assert is_elsewhere(target)


@pytest.mark.parametrize(
    "relations",
    [
        b"",
        b"<Relationship",
        b"<Relationship/>",
        b'<Relationship TargetMode="Internal" Type="a/frame" Target="http://x"/>',
    ],
)
def test_other_references_are_silent(relations: bytes) -> None:
    """Inside of the document, or none at all."""
    assert list(link_notes(relations)) == []
