"""The book of rescans: what is written there is where a pass goes on."""

from dataclasses import replace

from gateway.adapters.sql.hosted import SqlHosted
from gateway.adapters.sql.rescans import SqlPasses
from gateway.adapters.sql.store import Store
from gateway.ports.upkeep import Pass
from tests.unit.adapters.sql.hosting import new

WALK = Pass(0, "new signatures", "ClamAV 1.4/2", 2000.0, 2000.0)


def test_pass_comes_back_as_it_was_saved(store: Store) -> None:
    """With its place, its numbers and its files."""
    book = SqlPasses(store.engine)
    begun = book.begin(WALK)
    further = replace(begun, below=12.5, moved=3, clean=2, bad=1, failed=4, at=2001.0, ids=("f1",), few=True)
    book.save(further)

    assert [further] == SqlPasses(store.engine).last(10)


def test_passes_of_a_few_files_go_first(store: Store) -> None:
    """They are suspects; among themselves the older one is first, and what has ended is out."""
    book = SqlPasses(store.engine)
    walk = book.begin(WALK)
    first, second = (book.begin(replace(WALK, ids=(one,), few=True)) for one in ("f1", "f2"))
    ended = book.begin(WALK)
    book.save(replace(ended, ended_at=2001.0))

    assert [first, second, walk] == book.open()
    assert [ended.number, second.number] == [one.number for one in book.last(2)]


def test_files_that_are_left_are_counted(store: Store) -> None:
    """Those that are given out and were not scanned since."""
    book, files = SqlPasses(store.engine), SqlHosted(store.engine)
    for one in (new(), new(id="f2", scanned_at=3000.0), new(id="f3", message="m2")):
        files.add(one)
    files.settle("m1", delivered=True)

    assert [1, 0, 2] == [book.left(before) for before in (2000.0, 1000.0, 4000.0)]
