"""The two kinds of buffer do what the parsers rely on."""

import mmap
import re
from collections.abc import Iterator

import pytest

from gateway.mime.buffer import Buffer

RAW = b"Subject: x\r\n\r\nbody\r\n"


@pytest.fixture(params=["bytes", "mmap"])
def buffer(request: pytest.FixtureRequest) -> Iterator[Buffer]:
    if request.param == "bytes":
        yield RAW
        return
    with mmap.mmap(-1, len(RAW)) as mapped:
        mapped.write(RAW)
        yield mapped


def test_every_buffer_slices_finds_and_matches_alike(buffer: Buffer) -> None:
    """Slices are bytes, indexes are numbers, offsets count from the start wherever reading is."""
    found = re.compile(rb"bo(d)y").search(buffer, 3, len(buffer))

    assert (buffer[0:7], buffer[0], buffer.find(b"\r\n\r\n", 3, len(buffer)) + 2) == (b"Subject", 83, 12)
    assert found is not None
    assert (found.start(), found[1]) == (14, b"d")
