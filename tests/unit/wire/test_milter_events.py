"""What commands say, and what cannot be read."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire import milter_events as events
from gateway.wire.milter_events import BadMilter, Connected, Event

READERS: tuple[Callable[[bytes], object], ...] = (
    events.negotiated,
    events.connected,
    events.greeted,
    events.sender,
    events.recipient,
    events.field,
    events.macros,
)


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@given(data=st.binary(max_size=60) | st.text("46LU\0ab", max_size=12).map(str.encode))
def test_any_data_are_read_or_refused(read: Callable[[bytes], object], data: bytes) -> None:
    """Only `BadMilter` comes of noise."""
    try:
        found = read(data)
    except BadMilter:
        return

    assert isinstance(found, Event | dict)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"mx\x004\x12\x67192.0.2.1\0", Connected("192.0.2.1", 4711)),
        (b"mx\x006\0\x192001:db8::1\0", Connected("2001:db8::1", 25)),
        (b"mx\x006\0\x19IPv6:2001:db8::1\0", Connected("2001:db8::1", 25)),
        (b"localhost\0L\0\0/run/x\0", Connected("", 0)),
        (b"unknown\0U", Connected("", 0)),
    ],
    ids=["ipv4", "ipv6", "prefixed", "local", "unknown"],
)
def test_client_is_known_by_its_address(data: bytes, expected: Connected) -> None:
    """Postfix and Sendmail write IPv6 addresses differently; a unix socket has none."""
    assert expected == events.connected(data)


def test_macros_lose_their_braces() -> None:
    """Short names come without, long ones with them."""
    assert events.macros(b"i\x004711\0{tls_version}\0TLSv1.3\0") == {b"i": b"4711", b"tls_version": b"TLSv1.3"}
    assert events.macros(b"") == {}


@pytest.mark.parametrize("data", [b"", b"a", b"a\0", b"a\0b", b"\0b\0", b"a\0b\0c\0"])
def test_field_needs_name_and_value(data: bytes) -> None:
    """Two strings, no more, the first not empty."""
    with pytest.raises(BadMilter):
        events.field(data)


def test_path_comes_with_its_parameters() -> None:
    """As many as there are."""
    assert events.sender(b"<a@b>\0SIZE=5\0").arguments == (b"<a@b>", b"SIZE=5")
