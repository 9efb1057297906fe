"""OpenPGP messages inside a text."""

import pytest

from gateway.mime.armour import find_pgp
from tests import builders

MESSAGE = b"-----BEGIN PGP MESSAGE-----\r\nVersion: 1\r\n\r\n" + builders.encoded(bytes(range(200)), "base64")
END = b"-----END PGP MESSAGE-----\r\n"


@pytest.mark.parametrize("before", [b"", b"Hello,\r\n\r\n"])
def test_message_is_found_with_its_armour(before: bytes) -> None:
    """Also behind some words, and each of several."""
    found = [b"".join(one.chunks) for one in find_pgp(before + MESSAGE + END + b"\r\n" + MESSAGE)]

    assert found == [MESSAGE, MESSAGE]


@pytest.mark.parametrize(
    "prose",
    [
        b"The line -----BEGIN PGP MESSAGE----- begins it.\r\n",
        b"-----BEGIN PGP MESSAGE-----\r\n...\r\n-----END PGP MESSAGE-----\r\n",
        b"> " + MESSAGE,
        MESSAGE.replace(b"PGP MESSAGE", b"PGP SIGNED MESSAGE"),
        MESSAGE.replace(b"PGP MESSAGE", b"PGP PUBLIC KEY BLOCK"),
    ],
)
def test_prose_signatures_and_keys_are_none(prose: bytes) -> None:
    """Nothing in them is locked."""
    assert list(find_pgp(prose)) == []
