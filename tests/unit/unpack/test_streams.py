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
    with gzip.GzipFile(name, "wb", fileobj=out, mtime=0) as packed:
        packed.write(CONTENT)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "own", "names"),
    [
        (gzip.compress(CONTENT, mtime=0), "a.txt.gz", ("a.txt",)),
        (gzip.compress(CONTENT, mtime=0), "a.TGZ", ("a.tar",)),
        (gzip.compress(CONTENT, mtime=0), "a", ("a",)),
        (named("evil.exe"), "a.txt.gz", ("evil.exe", "a.txt")),
        (gzip.compress(CONTENT[:99], mtime=0) + gzip.compress(CONTENT[99:], mtime=0), "a.gz", ("a",)),
        (gzip.compress(CONTENT, mtime=0) + bytes(99), "a.gz", ("a",)),
    ],
)
def test_one_member_with_every_name_it_could_get(content: bytes, own: str, names: tuple[str, ...]) -> None:
    """Unpackers take the stored name or the file's own; joined members are one file; zeros are padding."""
    assert opened(open_gzip, content, own) == {names: CONTENT}


@pytest.mark.parametrize("content", [gzip.compress(CONTENT, mtime=0)[:-9], gzip.compress(CONTENT, mtime=0) + b"more"])
def test_broken_stream_is_unreadable(content: bytes) -> None:
    """Cut off, or with data behind; what came out until then is judged."""
    found = walked(content, "a.txt.gz")

    assert set(found.kinds) == {"container_unreadable"}
    assert not found.artifacts[0].is_container
    assert found.content("2/a.txt") == CONTENT


def test_wrong_checksum_is_unreadable() -> None:
    """The trailer is checked."""
    assert walked(gzip.compress(CONTENT, mtime=0)[:-8] + bytes(8)).kinds[0] == "container_unreadable"


def test_tar_inside_is_walked() -> None:
    """A .tgz has two layers."""
    assert walked(gzip.compress(made.tar_of("x.txt"), mtime=0), "b.tgz").places == ["2", "2/b.tar", "2/b.tar/x.txt"]
