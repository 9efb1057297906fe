"""What lies in a socket can be read although the loop gave the socket up."""

import asyncio
import socket
import tempfile

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


async def test_bytes_of_a_file_go_into_the_socket_as_far_as_it_takes_them() -> None:
    """They arrive in place; nothing is waited for, and nothing raised where the peer has gone."""
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryFile() as file:
        file.write(b"not this, this")
        file.flush()
        _, writer = await asyncio.open_connection(*listener.getsockname())
        peer, _ = listener.accept()
        words = LastWords(writer.transport)
        sent = words.send(file.fileno(), 10, 4)
        arrived = peer.recv(100)
        while words.send(file.fileno(), 0, 14):
            pass
        peer.close()
        lost = words.send(file.fileno(), 0, 14)
        words.close()
        closed = words.send(file.fileno(), 0, 14)
        writer.transport.abort()

    assert (4, b"this", 0, 0) == (sent, arrived, lost, closed)


class EncryptedTransport(asyncio.BaseTransport):
    """Stands for a TLS transport, which needs no handshake to be told apart."""

    def get_extra_info(self, name: str, default: object = None) -> object:
        """Have an ssl_object, and no socket."""
        return {"ssl_object": object()}.get(name, default)


def test_over_tls_there_is_nothing_to_hear_nor_to_send() -> None:
    """Ciphertext is not taken for replies, and plaintext not sent."""
    words = LastWords(EncryptedTransport())
    heard = words.read()
    sent = words.send(0, 0, 1)
    words.close()

    assert (b"", 0) == (heard, sent)
