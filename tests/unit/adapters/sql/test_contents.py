"""Contents are removed when nothing refers to them, and only then."""

import hashlib
from collections.abc import Iterable

from gateway.adapters.sql.contents import GRACE, Contents
from gateway.adapters.sql.hosted import SqlHosted
from gateway.adapters.sql.store import Store
from gateway.ports.blobs import Blob, BlobStore
from tests.unit.adapters.sql.hosting import new

DATA = b"content"
BLOB = Blob("acme", hashlib.sha256(DATA).hexdigest())


def test_content_that_nobody_refers_to_is_removed_after_a_grace(store: Store) -> None:
    """Such as one whose row could not be written."""
    contents = Contents(store.engine, store.blobs)
    contents.put(BLOB, len(DATA), [DATA], 0.0)

    assert (contents.remove_unused(GRACE, 10), store.blobs.stat(BLOB)) == (0, len(DATA))
    assert (contents.remove_unused(GRACE + 1, 10), store.blobs.stat(BLOB)) == (1, None)
    assert contents.remove_unused(GRACE + 1, 10) == 0


def test_content_put_again_gets_a_new_grace(store: Store) -> None:
    """A second message with the same bytes may be on its way."""
    contents = Contents(store.engine, store.blobs)
    contents.put(BLOB, len(DATA), [DATA], 0.0)
    contents.put(BLOB, len(DATA), [DATA], GRACE)

    assert (contents.remove_unused(GRACE + 1, 10), store.blobs.stat(BLOB)) == (0, len(DATA))


def test_put_touches_before_it_stores(store: Store) -> None:
    """A removal between the two would find the row fresh."""
    seen: list[int] = []

    class Watching:
        """Looks, in the middle of a put, whether the content would be removed."""

        def __init__(self, inner: BlobStore) -> None:
            self._inner = inner

        def put(self, blob: Blob, chunks: Iterable[bytes]) -> None:
            seen.append(Contents(store.engine, self._inner).remove_unused(GRACE + 1, 10))
            self._inner.put(blob, chunks)

    Contents(store.engine, store.blobs).put(BLOB, len(DATA), [DATA], 0.0)
    watching: BlobStore = Watching(store.blobs)  # type: ignore[assignment]
    Contents(store.engine, watching).put(BLOB, len(DATA), [DATA], GRACE)

    assert (seen, store.blobs.stat(BLOB)) == ([0], len(DATA))


def test_content_stays_as_long_as_a_hosted_file_says_so(store: Store) -> None:
    """And follows it after its time."""
    contents, files = Contents(store.engine, store.blobs), SqlHosted(store.engine)
    contents.put(BLOB, len(DATA), [DATA], 0.0)
    files.add(new(sha256=BLOB.sha256))

    assert (contents.remove_unused(GRACE + 1, 10), store.blobs.stat(BLOB)) == (1, len(DATA))
    files.expire(9000.0, 10)
    assert (contents.remove_unused(GRACE + 1, 10), store.blobs.stat(BLOB)) == (1, None)


def test_content_of_refused_mail_follows_it(store: Store) -> None:
    """Its file is forgotten; one of another mail with the same bytes keeps them."""
    contents, files = Contents(store.engine, store.blobs), SqlHosted(store.engine)
    contents.put(BLOB, len(DATA), [DATA], 0.0)
    files.add(new(sha256=BLOB.sha256), new(id="f2", message="m2", sha256=BLOB.sha256))
    files.settle("m1", delivered=False)
    contents.remove_unused(GRACE + 1, 10)

    assert store.blobs.stat(BLOB) == len(DATA)
    files.settle("m2", delivered=False)
    contents.remove_unused(GRACE + 1, 10)
    assert store.blobs.stat(BLOB) is None


def test_content_in_use_is_not_looked_at_again(store: Store) -> None:
    """Until somebody lets go of it, or puts it again."""
    contents, files = Contents(store.engine, store.blobs), SqlHosted(store.engine)
    contents.put(BLOB, len(DATA), [DATA], 0.0)
    files.add(new(sha256=BLOB.sha256))

    assert [contents.remove_unused(GRACE + 1, 10) for _ in range(2)] == [1, 0]
    contents.put(BLOB, len(DATA), [DATA], 1.0)
    assert contents.remove_unused(GRACE + 2, 10) == 1
