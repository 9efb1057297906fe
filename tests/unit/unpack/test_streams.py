"""gzip files."""

import gzip
import io

import pytest

from gateway.unpack.streams import open_gzip
from tests.unit.filetype import made
from tests.unit.unpack.walked import opened, walked

CONTENT = b"some text\n" * 50


def named(name: str) -> bytes:
    """Make a gzip file that stores a name."""
    out = io.BytesIO()
    with gzip.GzipFile(name, "wb", fileobj=out) as packed:
        packed.write(CONTENT)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "own", "names"),
    [
        (gzip.compress(CONTENT), "a.txt.gz", ("a.txt",)),
        (gzip.compress(CONTENT), "a.TGZ", ("a.tar",)),
        (gzip.compress(CONTENT), "a", ("a",)),
        (named("evil.exe"), "a.txt.gz", ("evil.exe", "a.txt")),
        (gzip.compress(CONTENT[:99]) + gzip.compress(CONTENT[99:]), "a.gz", ("a",)),
        (gzip.compress(CONTENT) + bytes(99), "a.gz", ("a",)),
    ],
)
def test_one_member_with_every_name_it_could_get(content: bytes, own: str, names: tuple[str, ...]) -> None:
    """Unpackers take the stored name or the file's own; joined members are one file; zeros are padding."""
    assert opened(open_gzip, content, own) == {names: CONTENT}


@pytest.mark.parametrize("content", [gzip.compress(CONTENT)[:-9], gzip.compress(CONTENT) + b"more"])
def test_broken_stream_is_unreadable(content: bytes) -> None:
    """Cut off, or with data behind; what came out until then is judged."""
    found = walked(content, "a.txt.gz")

    assert found.kinds == ["container_unreadable"]
    assert found.content("2/a.txt") == CONTENT


def test_wrong_checksum_is_unreadable() -> None:
    """The trailer is checked."""
    assert walked(gzip.compress(CONTENT)[:-8] + bytes(8)).kinds == ["container_unreadable"]


def test_tar_inside_is_walked() -> None:
    """A .tgz has two layers."""
    assert walked(gzip.compress(made.tar_of("x.txt")), "b.tgz").places == ["2", "2/b.tar", "2/b.tar/x.txt"]
