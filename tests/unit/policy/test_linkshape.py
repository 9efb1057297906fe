"""The words of the section `links`."""

import pytest

from gateway.policy.linkshape import web_address, web_place


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Files.Acme.example", "files.acme.example/"),
        ("files.acme.example/share", "files.acme.example/share/"),
        ("files.acme.example/a/b/", "files.acme.example/a/b/"),
        ("dateien.müller.example", "dateien.xn--mller-kva.example/"),
    ],
)
def test_place_is_a_host_and_the_beginning_of_a_path(word: str, meant: str) -> None:
    """In the form that links are compared in; it ends with a slash, so that /share is not /shared."""
    assert meant == web_place(word)


@pytest.mark.parametrize(
    "word",
    [
        "https://files.acme.example",
        "*.acme.example",
        "example",
        "10.0.0.1",
        "a.example/..",
        "a.example/%2e./b",
        "a b.example",
        "a.example?x",
    ],
)
def test_place_is_nothing_else(word: str) -> None:
    """No scheme, no pattern, no address, no way up."""
    with pytest.raises(ValueError, match=r"allowed|covers|IP"):
        web_place(word)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("https://new.acme.example", "https://new.acme.example/"),
        ("http://new.acme.example:8080/s", "http://new.acme.example:8080/s/"),
    ],
)
def test_destination_is_a_web_address(word: str, meant: str) -> None:
    """With the scheme and port that the files are served with."""
    assert meant == web_address(word)


@pytest.mark.parametrize(
    "word",
    [
        "new.acme.example",
        "ftp://a.example",
        "https://u@a.example",
        "https://a.example:0",
        "https://a.example:x",
        "javascript:alert(1)",
    ],
)
def test_destination_is_nothing_else(word: str) -> None:
    """Nobody is sent to another scheme, and no credentials are given away."""
    with pytest.raises(ValueError, match=r"allowed|between"):
        web_address(word)
