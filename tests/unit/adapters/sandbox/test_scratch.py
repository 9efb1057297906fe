"""The scratch gives files back by span, and remembers that the disk was full."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.sandbox.rooms import MOST_ROOMS, SMALL
from gateway.adapters.sandbox.scratch import Scratch
from gateway.adapters.spool import MEMORY, SpoolFolder
from gateway.model.errors import Deferred
from tests.unit.adapters.sandbox.works import open_descriptors


@settings(max_examples=30)
@given(sizes=st.lists(st.sampled_from([0, 1, 5000, SMALL, SMALL + 1, MEMORY, MEMORY + 1]), max_size=20))
def test_files_come_back_by_span(tmp_path_factory: pytest.TempPathFactory, sizes: list[int]) -> None:
    """Whatever came before or after, a span is its file, and views taken early stay valid."""
    scratch = Scratch(SpoolFolder(tmp_path_factory.getbasetemp() / "scratch"))
    files = [bytes([65 + i]) * size for i, size in enumerate(sizes)]
    early = []
    spans = []
    for file in files:
        span, digest = scratch.add([file[:100], memoryview(file)[100:]])
        assert hashlib.sha256(file).hexdigest() == digest
        spans.append(span)
        early.append(scratch.view(span))

    assert files == [bytes(scratch.view(span)) for span in spans]
    assert files == [bytes(view) for view in early]
    scratch.close()


def test_full_disk_is_remembered(tmp_path: Path) -> None:
    """Also when the examiner takes the exception for damage in the message."""
    spools = SpoolFolder(tmp_path / "spool")
    spools.folder.rmdir()
    scratch = Scratch(spools)
    with pytest.raises(Deferred):
        scratch.add([b"x" * (MEMORY + 1)])

    assert scratch.full


def test_large_file_has_a_descriptor_of_its_own(tmp_path: Path) -> None:
    """From its first byte to its last, while there are rooms; small ones are given as bytes."""
    scratch = Scratch(SpoolFolder(tmp_path))
    files = [b"a" * 10, b"b" * (SMALL + 1), b"c" * 10, b"d" * (MEMORY + 1)]
    for file in files:
        scratch.add([file])
    own = scratch.descriptors()

    assert scratch.small() == files[0] + files[2]
    assert [files[1], files[3]] == [os.pread(one, 2 * MEMORY, 0) for one in own]
    assert scratch.size == sum(map(len, files))
    scratch.close()


def test_descriptors_are_bounded(tmp_path: Path) -> None:
    """Further large files lie with the small ones, which come first then."""
    scratch = Scratch(SpoolFolder(tmp_path))
    files = [b"%02d" % number * SMALL for number in range(MOST_ROOMS + 5)]
    spans = [scratch.add([file])[0] for file in files]

    assert files == [bytes(scratch.view(span)) for span in spans]
    assert len(scratch.descriptors()) == MOST_ROOMS
    assert scratch.small() is None
    assert os.pread(scratch.descriptors()[0], 2 * SMALL, 0) == files[MOST_ROOMS - 1]
    scratch.close()


def test_file_that_breaks_off_leaves_no_descriptor(tmp_path: Path) -> None:
    """Whatever its source raises."""
    scratch = Scratch(SpoolFolder(tmp_path))
    before = open_descriptors()

    def broken() -> Iterator[bytes]:
        yield b"x" * (MEMORY + 1)
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        scratch.add(broken())

    assert before == open_descriptors()
    scratch.close()
