"""The scratch gives files back by span, and remembers that the disk was full."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.sandbox.scratch import Scratch
from gateway.adapters.spool import MEMORY, SpoolFolder
from gateway.model.errors import Deferred


@settings(max_examples=30)
@given(sizes=st.lists(st.sampled_from([0, 1, 5000, MEMORY - 3, MEMORY + 1]), max_size=5))
def test_files_come_back_by_span(tmp_path_factory: pytest.TempPathFactory, sizes: list[int]) -> None:
    """Whatever came before or after, a span is its file, and views taken early stay valid."""
    scratch = Scratch(SpoolFolder(tmp_path_factory.getbasetemp() / "scratch")())
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
    scratch = Scratch(spools())
    with pytest.raises(Deferred):
        scratch.add([b"x" * (MEMORY + 1)])

    assert scratch.full
