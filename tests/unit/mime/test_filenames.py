"""Names that some mail program would show."""

import pytest
from hypothesis import given

from gateway.mime.filenames import names_of
from gateway.mime.params import parse
from tests.strategies import file_names


def names(disposition: bytes, content_type: bytes = b"a/b", location: str = "") -> tuple[str, ...]:
    return names_of([parse(disposition)], [parse(content_type)], location)


@pytest.mark.parametrize(
    ("disposition", "content_type", "expected"),
    [
        (b"inline", b"a/b", ()),
        (b"attachment; filename=a.pdf", b"a/b; name=a.pdf", ("a.pdf",)),
        (b"attachment; filename=a.pdf", b"a/b; name=b.exe", ("a.pdf", "b.exe")),
        (b"attachment; filename=a.pdf; filename*=utf-8''b.pdf", b"a/b", ("a.pdf", "b.pdf")),
        (b"attachment; name=a.pdf", b"a/b; filename=b.pdf", ("a.pdf", "b.pdf")),
        (b"attachment; filename*=utf-8''%3D%3Futf-8%3FQ%3Fb.exe%3F%3D", b"a/b", ("=?utf-8?Q?b.exe?=", "b.exe")),
        (b'attachment; filename=""', b"a/b", ()),
        (b'attachment; filename="a.pdf "', b"a/b", ("a.pdf ",)),
    ],
)
def test_every_shown_name_is_there_once(disposition: bytes, content_type: bytes, expected: tuple[str, ...]) -> None:
    """Names of both fields in all readings, in a stable order, uncleaned."""
    assert expected == names(disposition, content_type)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("https://a.example/dir/logo.png?x=1#y", ("logo.png",)),
        ("logo.png", ("logo.png",)),
        ("https://www.example.com", ()),
        ("https://www.example.com/", ()),
        ("", ()),
    ],
)
def test_location_counts_only_alone(location: str, expected: tuple[str, ...]) -> None:
    """The last path segment is a name where nothing else is; a host never is."""
    assert expected == names(b"inline", location=location)
    assert names(b"inline; filename=a.pdf", location=location) == ("a.pdf",)


@given(file_names)
def test_raw_international_name_comes_back(name: str) -> None:
    """A name written in raw UTF-8, as many mailers do, is shown as it is."""
    assert names(f'attachment; filename="{name}"'.encode()) == (name,)
