"""What lies in a socket can be read although the loop gave the socket up."""

import asyncio
import socket

import pytest

from gateway.adapters.nexthop_lastwords import LastWords

pytestmark = pytest.mark.enable_socket


async def test_a_refusal_survives_the_reset_that_follows_it() -> None:
    """The peer refuses, closes with unread bytes and so resets the connection; the refusal is still there."""
    expected = b"552 5.3.4 too big\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        _, writer = await asyncio.open_connection(*listener.getsockname())
        peer, _ = listener.accept()
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        words = LastWords(writer.transport)
        writer.write(b"unread")
        await writer.drain()
        peer.sendall(expected)
        peer.close()
        writer.transport.abort()
        heard = [words.read(), words.read()]
        words.close()
        words.close()

    assert [expected, b""] == heard


class EncryptedTransport(asyncio.BaseTransport):
    """Stands for a TLS transport, which needs no handshake to be told apart."""

    def get_extra_info(self, name: str, default: object = None) -> object:
        """Have an ssl_object, and no socket."""
        return {"ssl_object": object()}.get(name, default)


def test_over_tls_there_is_nothing_to_hear() -> None:
    """Ciphertext is not taken for replies."""
    words = LastWords(EncryptedTransport())
    heard = words.read()
    words.close()

    assert not heard
