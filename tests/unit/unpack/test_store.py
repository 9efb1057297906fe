"""The scratch in memory."""

import hashlib

from gateway.unpack.store import MemoryStore


def test_added_file_is_hashed_and_can_be_viewed() -> None:
    """One pass over the chunks gives place and digest."""
    store = MemoryStore()
    store.add((b"first",))
    span, digest = store.add(iter((b"sec", memoryview(b"ond"))))

    assert bytes(store.view(span)) == b"second"
    assert digest == hashlib.sha256(b"second").hexdigest()


def test_files_do_not_overlap() -> None:
    """Spans follow each other, empty files included."""
    store = MemoryStore()
    spans = [store.add(chunks)[0] for chunks in ((b"ab",), (), (b"c",))]

    assert [(span.start, span.end) for span in spans] == [(0, 2), (2, 2), (2, 3)]
    assert [bytes(store.view(span)) for span in spans] == [b"ab", b"", b"c"]
