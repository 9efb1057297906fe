"""The contract of contents, over memory, a folder and a real S3: whole or not at all, each tenant for itself."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from gateway.adapters.blobs import FolderBlobs, ObjectBlobs, open_blobs
from gateway.ports.blobs import Blob, BlobError, BlobMissing
from tests.services.moto import BUCKET, moto

DATA = b"Subject: hi\r\n\r\n" + b"x" * 100
LARGE = 12_000_000
STORES = ["memory", "folder", pytest.param("s3", marks=pytest.mark.enable_socket)]


@pytest.fixture(scope="module")
def s3() -> Iterator[ObjectBlobs]:
    """Open contents in a real S3, found by its URL and the environment."""
    with moto() as environment, pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        yield open_blobs(f"s3://{BUCKET}/held", Path())


@pytest.fixture(params=STORES)
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectBlobs:
    """Open contents."""
    if request.param == "memory":
        return ObjectBlobs(MemoryStore())
    if request.param == "folder":
        return open_blobs("", tmp_path)
    opened: ObjectBlobs = request.getfixturevalue("s3")
    return opened


def blob_of(data: bytes, tenant: str = "acme") -> Blob:
    """Name a content."""
    return Blob(tenant, hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("size", [0, 1, 1000, LARGE])
def test_what_was_put_comes_back_whole(size: int, blobs: ObjectBlobs) -> None:
    """Empty, small, and larger than one upload takes at a time."""
    data = os.urandom(1000) * (size // 1000) + b"x" * (size % 1000)
    blob = blob_of(data)
    blobs.put(blob, [data[at : at + 300_000] for at in range(0, len(data), 300_000)])

    assert b"".join(blobs.open(blob)) == data
    assert blobs.stat(blob) == size


def test_content_may_be_put_again(blobs: ObjectBlobs) -> None:
    """The second time costs nothing and changes nothing."""
    blobs.put(blob_of(DATA), [DATA])
    blobs.put(blob_of(DATA), [DATA])

    assert b"".join(blobs.open(blob_of(DATA))) == DATA


def test_tenants_share_nothing(blobs: ObjectBlobs) -> None:
    """The same bytes of two tenants are two contents, whatever the tenants are called."""
    for tenant in ("one", "../one", "one/../two", ".."):
        blobs.put(blob_of(DATA, tenant), [DATA])
    blobs.delete(blob_of(DATA, "one"))

    assert blobs.stat(blob_of(DATA, "one")) is None
    assert [blobs.stat(blob_of(DATA, name)) for name in ("../one", "one/../two", "..")] == [len(DATA)] * 3


def test_wrong_content_is_not_taken(blobs: ObjectBlobs) -> None:
    """Bytes that are not what their name says leave nothing."""
    wrong = blob_of(b"other content")
    with pytest.raises(BlobError):
        blobs.put(wrong, [DATA])

    assert blobs.stat(wrong) is None


def test_missing_content_is_told(blobs: ObjectBlobs) -> None:
    """No empty file stands for one that is not there; removing it twice is no error."""
    blob = blob_of(b"never put")
    blobs.delete(blob)

    assert blobs.stat(blob) is None
    with pytest.raises(BlobMissing):
        list(blobs.open(blob))


def test_content_that_a_crash_cut_short_is_put_anew(tmp_path: Path) -> None:
    """What lies there is read before it is taken for whole."""
    blobs, blob = FolderBlobs(tmp_path), blob_of(DATA)
    blobs.put(blob, [DATA])
    (file,) = tmp_path.glob("*/*/*")
    file.write_bytes(bytes(len(DATA)))
    blobs.put(blob, [DATA])

    assert file.read_bytes() == DATA


def test_folder_that_has_gone_is_not_made(tmp_path: Path) -> None:
    """An unmounted disk takes no content."""
    root = tmp_path / "root"
    root.mkdir()
    blobs = FolderBlobs(root)
    root.rmdir()

    with pytest.raises(BlobError, match="is not there"):
        blobs.put(blob_of(DATA), [DATA])
    with pytest.raises(BlobError):
        FolderBlobs(root)
    assert not root.exists()


def test_leftovers_are_swept_after_a_day(tmp_path: Path) -> None:
    """A put that was killed leaves a piece; one under way is left alone."""
    blobs = FolderBlobs(tmp_path)
    blobs.put(blob_of(DATA), [DATA])
    (file,) = tmp_path.glob("*/*/*")
    old, young = (file.with_name(f"{file.name}#{number}") for number in (1, 2))
    for one in (old, young):
        one.write_bytes(b"piece")
    os.utime(old, (0, 0))
    blobs.sweep()

    assert sorted(tmp_path.glob("*/*/*")) == sorted([file, young])


def test_every_put_reaches_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file and every folder above it up to the root are synced before a put returns."""
    synced: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    blob = blob_of(DATA)
    FolderBlobs(tmp_path).put(blob, [DATA])
    file = tmp_path / "t-acme" / blob.sha256[:2] / blob.sha256

    assert synced == [str(file), str(file.parent), str(file.parent.parent), str(tmp_path)]
