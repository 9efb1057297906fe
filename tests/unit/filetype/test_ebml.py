"""Matroska and WebM by their elements."""

import pytest

from gateway.filetype.ebml import ebml

HEADER = b"\x1a\x45\xdf\xa3\x80"
TRACKS, CLUSTER = b"\x16\x54\xae\x6b\x82ab", b"\x1f\x43\xb6\x75\x83\xe7\x81\0"


def segment(*elements: bytes) -> bytes:
    """Write a segment of a known size."""
    body = b"".join(elements)
    return b"\x18\x53\x80\x67" + (0x4000 | len(body)).to_bytes(2, "big") + body


def test_segment_with_tracks_and_a_cluster_is_a_film() -> None:
    """Behind it comes nothing of its own."""
    content = HEADER + segment(TRACKS, CLUSTER)

    assert len(content) == getattr(ebml(memoryview(content + b"and more")), "end", -1)


@pytest.mark.parametrize("content", [HEADER, HEADER + segment(TRACKS), HEADER + segment(CLUSTER), HEADER + b"filler"])
def test_film_without_tracks_or_clusters_is_none(content: bytes) -> None:
    """Nobody could play it."""
    assert ebml(memoryview(content)) is None


def test_live_film_ends_behind_its_last_element() -> None:
    """Segment and clusters of unknown size are stepped into."""
    content = HEADER + b"\x18\x53\x80\x67\xff" + TRACKS + b"\x1f\x43\xb6\x75\xff\xe7\x81\0\xa3\x83abc"

    assert len(content) == getattr(ebml(memoryview(content + b"MZ more")), "end", -1)


def test_attached_files_are_enclosed() -> None:
    """Covers and fonts, or something else."""
    data = b"\x46\x5c\x84MZ\x90\0"
    attached = b"\x61\xa7" + bytes((0x80 | len(data),)) + data
    found = ebml(
        memoryview(HEADER + segment(TRACKS, CLUSTER, b"\x19\x41\xa4\x69" + bytes((0x80 | len(attached),)) + attached))
    )

    assert found is not None
    assert 1 == len(found.enclosed)
