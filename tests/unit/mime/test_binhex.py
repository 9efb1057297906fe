"""BinHex 4.0: both forks, and what is not one."""

import pytest

from gateway.mime.binhex import find_binhex
from gateway.mime.encodedfile import DamagedError
from tests.unit.mime import encoders


def test_both_forks_are_found() -> None:
    """A program for an old Macintosh lies in the resource fork."""
    found = [(one.name, b"".join(one.chunks)) for one in find_binhex(encoders.binhexed(b"data", b"resource"))]

    assert found == [("setup.exe", b"data"), ("setup.exe", b"resource")]


def test_fork_shorter_than_the_header_says_raises_when_read() -> None:
    """The walk makes a finding of it."""
    whole = encoders.binhexed(bytes(range(256)) * 8)
    (one,) = find_binhex(whole[: len(whole) // 2] + b":")

    with pytest.raises(DamagedError):
        list(one.chunks)


def test_header_that_cannot_be_read_is_damage() -> None:
    """Behind the line that announces a file there is one, or something that only some readers take for one."""
    (one,) = find_binhex(b"(This file must be converted with BinHex 4.0)\r\n:!!!!!!!!!!!!:\r\n")

    assert (one.name, one.damage) == ("", "a BinHex header that cannot be read")
