"""MAPI properties in TNEF: text and bytes are kept, the rest is passed over."""

import struct

import pytest

from gateway.unpack.opener import Unreadable
from gateway.unpack.tnef_properties import read_properties
from tests.unit.unpack import mapi_files
from tests.unit.unpack.walked import budget


def test_texts_and_bytes_are_kept() -> None:
    """Fixed values, many values and named properties stand between them."""
    named = struct.pack("<HH", 0x1F, 0x8000) + bytes(16) + struct.pack("<II", 1, 6) + b"a\0b\0\0\0\0\0"
    named += struct.pack("<II", 1, 4) + b"x\0\0\0"
    values = struct.pack("<I", 4) + struct.pack("<HHI", 0x03, 0x3705, 1) + named
    values += struct.pack("<HHI", 0x1003, 0x1234, 2) + bytes(8)
    values += struct.pack("<HHII", 0x1E, 0x3704, 1, 3) + b"a\xe4\0\0"

    assert read_properties(memoryview(values), budget()) == {0x3704: "a\xe4"}


@pytest.mark.parametrize(
    "values",
    [b"", b"\xff\xff\xff\xff", struct.pack("<IHHII", 1, 0x102, 1, 1, 0xFFFFFFF0), struct.pack("<IHH", 1, 0x77, 1)],
    ids=["empty", "count", "length", "type"],
)
def test_what_breaks_off_is_unreadable(values: bytes) -> None:
    """Lengths that the data does not have are never allocated."""
    with pytest.raises(Unreadable):
        read_properties(memoryview(values), budget())


def test_longest_value_counts() -> None:
    """A second, empty value hides nothing."""
    values = mapi_files.properties([(0x102, 0x3701, b"MZ data"), (0x102, 0x3701, b"")])

    assert read_properties(memoryview(values), budget()) == {0x3701: b"MZ data"}
