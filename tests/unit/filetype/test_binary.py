"""First bytes, and marks further inside."""

import pytest

from gateway.filetype.binary import by_place, by_start, has_tar_checksum, is_tar_header
from tests.unit.filetype import made


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"BZh91AY&SY\x12", "application/x-bzip2"),
        (b"\xfd7zXZ\0\0\4", "application/x-xz"),
        (b"\x28\xb5\x2f\xfd\x20", "application/zstd"),
        (b"MSCF\0\0\0\0\x10", "application/vnd.ms-cab-compressed"),
        (b"\x78\x9f\x3e\x22\0\0", "application/vnd.ms-tnef"),
        (b"!<arch>\ndebian-binary   ", "application/vnd.debian.binary-package"),
        (b"FWS\x09\0\0", "application/x-shockwave-flash"),
        (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", "application/msonenote"),
        (b"BM not a bitmap", ""),
        (b"\0\0\x01\0 not an icon", ""),
        (b"nothing", ""),
    ],
)
def test_first_bytes_show_the_type(head: bytes, media_type: str) -> None:
    """A short mark needs a plausible header behind it."""
    assert by_start(head) == media_type


def test_disk_images_show_themselves_far_inside() -> None:
    """An Apple disk image has its mark in the last sector."""
    dmg = bytes(1024) + b"koly\0\0\0\x04".ljust(512, b"\0")

    assert by_place(memoryview(dmg)) == "application/x-apple-diskimage"
    assert by_place(memoryview(made.iso())) == "application/x-iso9660-image"


def test_wrong_checksum_is_no_tar() -> None:
    """Five letters alone make no tar file."""
    block = made.tar_of("a")[:512]

    assert is_tar_header(block)
    assert not is_tar_header(b"b" + block[1:])


def test_old_tar_is_known_by_its_checksum() -> None:
    """A header from before POSIX has no mark."""
    block = bytearray(made.tar_of("a")[:512])
    block[257:265] = bytes(8)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)

    assert has_tar_checksum(bytes(block))
    assert not is_tar_header(bytes(block))
