"""What libarchive is let see, and what becomes of what it says."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.unpack.listing import Expected, Locked, listing
from gateway.unpack.opener import Member, Unreadable
from tests import builders
from tests.unit.unpack.packed import MEMBERS, run
from tests.unit.unpack.walked import budget

CABINET = Expected("cab")


def contents(view: memoryview, expected: Expected) -> dict[tuple[str, ...], bytes]:
    """Read a whole file."""
    with listing(view, expected, budget()) as found:
        return {one.names: b"".join(map(bytes, one.chunks)) for one in found.members() if isinstance(one, Member)}


def test_bytes_that_may_be_read_only_are_read_in_place(tmp_path: Path) -> None:
    """A slice of a larger file is a file of its own."""
    content = run(tmp_path, "gcab -c -z out *.*")

    found = contents(memoryview(b"before" + content + b"behind")[6:-6].toreadonly(), CABINET)

    assert found == {(name,): data for name, data in MEMBERS.items()}


@pytest.mark.parametrize("expected", [CABINET, Expected("7zip"), Expected("raw", ("zstd",)), Expected("iso9660")])
def test_no_other_format_is_read_than_the_expected_one(expected: Expected) -> None:
    """A ZIP is a ZIP, whatever it was taken for."""
    with pytest.raises(Unreadable):
        contents(memoryview(builders.zip_of({"a.txt": b"text"})), expected)


def test_unknown_option_is_told() -> None:
    """Or else the wrong tree of an image would be read."""
    with pytest.raises(Unreadable, match="option"):
        contents(memoryview(b""), Expected("cab", options="cab:nonsense"))


def test_locked_directory_is_told_from_a_broken_one(tmp_path: Path) -> None:
    """Both are refused, for different reasons."""
    content = run(tmp_path, "7z a -bd -psecret -mhe=on out.7z *", "mv out.7z out")

    with pytest.raises(Locked):
        contents(memoryview(content), Expected("7zip"))


@given(junk=st.binary(max_size=400))
def test_nothing_but_unreadable_is_raised(junk: bytes) -> None:
    """Whatever stands behind a signature."""
    for mark, name in ((b"7z\xbc\xaf\x27\x1c\0\4", "7zip"), (b"MSCF", "cab"), (b"Rar!\x1a\x07\1\0", "rar5")):
        try:
            contents(memoryview(mark + junk), Expected(name))
        except Unreadable:
            continue
