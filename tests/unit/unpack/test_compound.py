"""Compound files: the tree of names, and every stream to the byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.unpack.compound import Compound
from gateway.unpack.opener import Unreadable
from tests.unit.unpack import mapi_files


@given(st.lists(st.binary(max_size=6000) | st.just(bytes(70_000)), min_size=1, max_size=6))
def test_streams_are_read_to_the_byte(contents: list[bytes]) -> None:
    """Mini streams and large ones, in nested storages."""
    tree: mapi_files.Tree = {"top": contents[0], "folder": {str(at): one for at, one in enumerate(contents)}}
    compound = Compound(memoryview(mapi_files.compound(tree)))
    found = {one.path: b"".join(compound.chunks(one)) for one in compound.entries() if one.is_stream}

    assert found.pop(("top",)) == contents[0]
    assert found == {("folder", str(at)): one for at, one in enumerate(contents)}


@pytest.mark.parametrize("content", [b"", bytes(600), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(22)])
def test_other_bytes_are_unreadable(content: bytes) -> None:
    """Nothing is read beyond the end."""
    with pytest.raises(Unreadable):
        Compound(memoryview(content))
