"""What decoded bytes are beyond doubt."""

import pytest

from gateway.filetype.certain import certain_type
from tests import builders


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (builders.program(), "application/x-dosexec"),
        (builders.zip_of({"a": b"b"}), "application/zip"),
        (builders.document(), "application/pdf"),
        (builders.picture(), "image/png"),
        (b"<html><script>x</script></html>", "text/html"),
        (b"#!/bin/sh\nrm -rf /\n", "text/x-shellscript"),
        (b"", ""),
        (b"Only prose.\n", ""),
        (b"MZ\x90\x17" + bytes(range(1, 200)), ""),
        (b"\x30\x82\x01\x0a\x02\x82" + bytes(range(256)), ""),
        (b"-----BEGIN PGP SIGNATURE-----\n", ""),
    ],
)
def test_only_files_are_certain(head: bytes, media_type: str) -> None:
    """A key that happens to begin with MZ is no program, and prose is no file."""
    assert certain_type(head) == media_type
