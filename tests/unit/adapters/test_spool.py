"""A spool gives back what was written, takes no name on the disk, and says Deferred when there is no room."""

import os
import resource
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.spool import MEMORY, FileSpool, SpoolFolder
from gateway.model.errors import Deferred
from gateway.model.span import Span


@pytest.fixture(name="spools")
def _spools(tmp_path: Path) -> SpoolFolder:
    return SpoolFolder(tmp_path / "spool")


@pytest.mark.parametrize("size", [0, 1, MEMORY - 1, MEMORY, MEMORY + 1, 3 * MEMORY + 7])
def test_bytes_come_back_by_chunks_and_by_descriptor(spools: SpoolFolder, size: int) -> None:
    """Around the border between memory and file nothing is lost or doubled."""
    content = os.urandom(size)
    spool = spools()
    for start in range(0, size, 100_000):
        spool.write(memoryview(content)[start : start + 100_000])

    assert content == b"".join(spool.chunks())
    assert content == os.pread(spool.fileno(), size + 1, 0)
    assert size == spool.size
    spool.close()


@settings(max_examples=50)
@given(
    sizes=st.lists(st.integers(0, MEMORY // 2), max_size=6),
    early=st.booleans(),
    cut=st.tuples(st.integers(0, 2 * MEMORY), st.integers(0, 2 * MEMORY)),
)
def test_spans_equal_slices(
    tmp_path_factory: pytest.TempPathFactory, *, sizes: list[int], early: bool, cut: tuple[int, int]
) -> None:
    """For every split into writes, with the descriptor taken early or never, a span is the slice of the whole."""
    spool = SpoolFolder(tmp_path_factory.getbasetemp() / "spool")()
    whole = b""
    for i, size in enumerate(sizes):
        chunk = bytes([i]) * size
        spool.write(chunk)
        whole += chunk
        if early:
            spool.fileno()
    start, end = sorted(min(one, len(whole)) for one in cut)

    assert whole[start:end] == b"".join(spool.chunks(Span(start, end)))
    spool.close()


def test_descriptor_stays_valid_when_the_spool_outgrows_memory(spools: SpoolFolder) -> None:
    """A descriptor handed out for a small spool shows the large one later."""
    spool = spools()
    spool.write(b"a" * 10)
    descriptor = spool.fileno()
    spool.write(b"b" * MEMORY)

    assert spool.fileno() == descriptor
    assert os.pread(descriptor, 2 * MEMORY, 0) == b"a" * 10 + b"b" * MEMORY
    spool.close()


def test_large_spool_has_no_name(spools: SpoolFolder) -> None:
    """Nothing lies in the folder that could outlive the process."""
    spool = spools()
    spool.write(b"x" * (MEMORY + 1))

    assert list(spools.folder.iterdir()) == []
    spool.close()


def test_closing_twice_closes_once(spools: SpoolFolder) -> None:
    """A second close does not hit a descriptor that somebody else got meanwhile."""
    spool = spools()
    spool.write(b"x")
    number = spool.fileno()
    spool.close()
    other = os.open(os.devnull, os.O_RDONLY)
    spool.close()

    assert number == other
    assert os.fstat(other)
    os.close(other)


def test_removed_folder_is_deferred_and_a_new_one_serves_again(spools: SpoolFolder) -> None:
    """Without its folder a large message is put off with 452 4.3.1."""
    spools.folder.rmdir()
    with pytest.raises(Deferred) as caught:
        spools().write(b"x" * (MEMORY + 1))
    spools.folder.mkdir(mode=0o700)
    again = spools()
    again.write(b"x" * (MEMORY + 1))

    assert str(caught.value.reply)[:9] == "452 4.3.1"
    assert again.size == MEMORY + 1
    again.close()


def test_full_disk_is_deferred_and_counts_nothing(spools: SpoolFolder) -> None:
    """What did not fit as a whole is not counted, and what was there before stays readable."""
    spool = spools()
    spool.write(b"a" * (MEMORY + 1))
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEMORY + 100, kept[1]))
    try:
        with pytest.raises(Deferred) as caught:
            spool.write(b"b" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)

    assert "disk_full" in str(caught.value.reply)
    assert b"".join(spool.chunks()) == b"a" * (MEMORY + 1)
    spool.close()


def test_file_that_became_shorter_is_deferred(spools: SpoolFolder) -> None:
    """Bytes that vanished are never read as an end."""
    spool = spools()
    spool.write(b"x" * (MEMORY + 1))
    os.ftruncate(spool.fileno(), 10)
    with pytest.raises(Deferred):
        list(spool.chunks())

    spool.close()


def test_start_sweeps_leftovers_and_makes_the_folder_private(tmp_path: Path) -> None:
    """What a killed process left behind is gone after the start."""
    folder = tmp_path / "deep" / "spool"
    SpoolFolder(folder)
    (folder / "postern-leftover").write_bytes(b"x")
    SpoolFolder(folder)

    assert list(folder.iterdir()) == []
    assert folder.stat().st_mode & 0o777 == 0o700


def test_folder_that_others_may_write_is_refused(tmp_path: Path) -> None:
    """A shared folder is a configuration mistake."""
    tmp_path.chmod(0o777)
    with pytest.raises(PermissionError):
        SpoolFolder(tmp_path)


def test_received_pipe_is_refused_and_closed(spools: SpoolFolder) -> None:
    """Another process cannot make us wait on a pipe."""
    reading, writing = os.pipe()
    with pytest.raises(OSError, match="not a plain file"):
        spools.received(reading)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(reading)
    os.close(writing)


def test_received_file_is_a_spool(spools: SpoolFolder) -> None:
    """A descriptor from a child reads like a spool of our own."""
    given_by = spools()
    given_by.write(b"files")
    spool: FileSpool = spools.received(os.dup(given_by.fileno()))
    given_by.close()

    assert b"".join(spool.chunks()) == b"files"
    assert b"".join(spool.chunks(Span(2, 4))) == b"le"
    spool.close()
