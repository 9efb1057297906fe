"""Bytes of hosted files in ranges: one suite over a folder and over an object store."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from gateway.adapters.blobs import FolderBlobs, ObjectBlobs
from gateway.adapters.filecontents import FolderContents, ObjectContents
from gateway.ports.blobs import Blob
from gateway.ports.files import Contents, Unavailable
from tests.unit.adapters.sql.hosting import FILE

DATA = bytes(range(256)) * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()
KEPT = replace(FILE, sha256=SHA256, size=len(DATA))


def folder(place: Path) -> Contents:
    """Put the content into a folder."""
    FolderBlobs(place).put(Blob(KEPT.tenant, SHA256), [DATA])
    return FolderContents(place)


def objects(_place: Path) -> Contents:
    """Put the content into an object store."""
    blobs = ObjectBlobs(MemoryStore())
    blobs.put(Blob(KEPT.tenant, SHA256), [DATA])
    return ObjectContents(blobs.objects)


@pytest.fixture(params=[folder, objects])
def contents(request: pytest.FixtureRequest, tmp_path: Path) -> Contents:
    """Give both."""
    make: Callable[[Path], Contents] = request.param
    return make(tmp_path)


@pytest.mark.parametrize(("start", "end"), [(0, len(DATA)), (1000, 5000), (len(DATA) - 1, len(DATA)), (7, 7)])
async def test_range_is_read_in_pieces(contents: Contents, start: int, end: int) -> None:
    """Byte for byte."""
    pieces = [one async for one in contents.read(KEPT, start, end, lambda: 1000)]

    assert DATA[start:end] == b"".join(pieces)


async def test_missing_content_is_told_before_the_first_piece(contents: Contents) -> None:
    """So that a page can say it."""
    with pytest.raises(Unavailable):
        await anext(contents.read(replace(KEPT, sha256="0" * 64), 0, 10, lambda: 1000))


async def test_tenants_never_share(contents: Contents) -> None:
    """Another tenant's row names another place, whatever the digest."""
    with pytest.raises(Unavailable):
        await anext(contents.read(replace(KEPT, tenant="other"), 0, 10, lambda: 1000))


async def test_content_that_ends_early_is_no_whole_one(tmp_path: Path) -> None:
    """What is on the disk is less than the row says."""
    with pytest.raises(Unavailable, match="too short"):
        [one async for one in folder(tmp_path).read(KEPT, 0, len(DATA) + 1, lambda: 1 << 20)]


async def test_content_that_is_removed_stays_with_its_readers(tmp_path: Path) -> None:
    """A folder's file, once opened."""
    contents = folder(tmp_path)
    pieces = contents.read(KEPT, 0, len(DATA), lambda: 100_000)
    first = await anext(pieces)
    (tmp_path / str(contents.place(KEPT))).unlink()

    assert DATA == first + b"".join([one async for one in pieces])


def test_only_a_folder_has_a_place_for_nginx(tmp_path: Path) -> None:
    """Where it lies below the root."""
    assert f"t-acme/{SHA256[:2]}/{SHA256}" == folder(tmp_path).place(KEPT)
    assert objects(tmp_path).place(KEPT) is None
