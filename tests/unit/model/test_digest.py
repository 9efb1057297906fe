"""The digest by which contents are known."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from gateway.model.digest import sha256_of


@given(st.lists(st.binary()))
def test_digest_is_of_the_chunks_together(chunks: list[bytes]) -> None:
    """However a content was cut into pieces."""
    assert sha256_of(chunks) == hashlib.sha256(b"".join(chunks)).hexdigest()
