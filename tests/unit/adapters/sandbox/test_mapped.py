"""A mapped message that is read where much of it is asked for: the same bytes either way."""

import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.sandbox.mapped import Mapped

KIB = 1024
CONTENT = b"".join(b"%07d\n" % number for number in range(96 * KIB))
"""768 KiB: three windows, no stretch of it twice."""


@contextmanager
def mapped(content: bytes) -> Iterator[Mapped]:
    file = os.memfd_create("mapped-message")
    os.write(file, content)
    with closing(Mapped(file, len(content))) as data:
        yield data


@given(st.integers(0, len(CONTENT)), st.integers(0, len(CONTENT)))
def test_every_stretch_is_what_the_file_holds(start: int, stop: int) -> None:
    """Short or long, from the map or read; empty where it ends before it starts."""
    with mapped(CONTENT) as data:
        assert CONTENT[start:stop] == data[start:stop]


@given(st.integers(0, len(CONTENT) - 1), st.integers(1, 12), st.integers(0, len(CONTENT)), st.integers(0, len(CONTENT)))
def test_find_answers_as_bytes_do(at: int, size: int, start: int, end: int) -> None:
    """Wherever it stands, also across the edges of windows and of the range."""
    sub = CONTENT[at : at + size]
    with mapped(CONTENT) as data:
        assert CONTENT.find(sub, start, end) == data.find(sub, start, end)
        assert CONTENT.find(sub) == data.find(sub)


@pytest.mark.parametrize("size", [16 * KIB, 300 * KIB])
def test_what_is_longer_than_a_window_is_found(size: int) -> None:
    """As long as the shortest stretch that is read, or longer than what is read at a time."""
    with mapped(CONTENT) as data:
        assert data.find(CONTENT[5:size]) == 5


def test_single_bytes_and_expressions_see_the_file() -> None:
    """Whatever looks at a map can look at this one."""
    with mapped(CONTENT) as data:
        found = re.compile(rb"0054321\n").search(data)

        assert found is not None
        assert found.start() == CONTENT.index(b"0054321")
        assert data[8] == CONTENT[8]
        assert data[-1] == CONTENT[-1]


def test_file_that_became_shorter_is_an_error() -> None:
    """Never fewer bytes than were asked for."""
    with mapped(CONTENT) as data:
        os.ftruncate(data._descriptor, 100 * KIB)

        with pytest.raises(EOFError, match="ends at 102400"):
            data[50 * KIB : 200 * KIB]


def test_descriptor_is_closed_with_the_map_or_without_one(tmp_path: Path) -> None:
    """Also where nothing can be mapped."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    with mapped(CONTENT):
        pass
    folder = os.open(tmp_path, os.O_RDONLY)
    with pytest.raises(OSError, match="No such device"):
        Mapped(folder, 10)

    assert before == len(list(Path("/proc/self/fd").iterdir()))
