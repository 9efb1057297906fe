"""What all openers keep."""

import gzip

import pytest

from gateway.unpack.opener import CHUNK, Member, Opener
from gateway.unpack.streams import open_gzip
from gateway.unpack.tars import open_tar
from gateway.unpack.zips import open_zip
from tests import builders
from tests.unit.filetype import made
from tests.unit.unpack.walked import budget

LARGE = bytes(range(256)) * 4_096
CONTAINERS = [
    (open_zip, builders.zip_of({"a": LARGE})),
    (open_zip, builders.zip_of({"a": LARGE}, compression=0)),
    (open_tar, made.tar_of("a", content=LARGE)),
    (open_gzip, gzip.compress(LARGE, mtime=0)),
]


@pytest.mark.parametrize(("opener", "container"), CONTAINERS)
def test_members_come_in_bounded_chunks(opener: Opener, container: bytes) -> None:
    """However large a member is, its pieces are not, and together they are the member."""
    for member in opener(memoryview(container), ("a.gz",), budget()):
        assert isinstance(member, Member)
        chunks = [bytes(chunk) for chunk in member.chunks]

        assert max(map(len, chunks)) <= CHUNK
        assert b"".join(chunks) == LARGE
