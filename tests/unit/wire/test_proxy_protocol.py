"""PROXY headers: what is exactly one names the client; everything else is refused."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.proxy_protocol import MAX_HEADER, SIGNATURE, BadProxyHeader, ProxyHeader, parse

PORTS = st.integers(0, 65535)


def shown(address: IPv4Address | IPv6Address) -> str:
    """An IPv4 client stays one in IPv6 clothes."""
    return str((address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address)


@given(st.one_of(st.tuples(st.ip_addresses(v=4)), st.tuples(st.ip_addresses(v=6))), PORTS, st.binary(max_size=40))
def test_lines_are_read_as_written(addresses: tuple[IPv4Address | IPv6Address], port: int, more: bytes) -> None:
    """Version 1, with whatever follows; every piece of it is incomplete."""
    (ip,) = addresses
    line = f"PROXY TCP{ip.version} {ip} {ip} {port} 25\r\n".encode()

    assert ProxyHeader(len(line), shown(ip), port) == parse(line + more)
    assert [parse(line[:length]) for length in range(len(line))] == [None] * len(line)


@given(st.ip_addresses(), PORTS, st.binary(max_size=40), st.binary(max_size=40))
def test_binary_headers_are_read_as_written(
    ip: IPv4Address | IPv6Address, port: int, extensions: bytes, more: bytes
) -> None:
    """Version 2, with extensions, which are left alone."""
    block = ip.packed * 2 + port.to_bytes(2) + b"\0\x19" + extensions
    header = SIGNATURE + bytes([0x21, 0x11 if ip.version == 4 else 0x21]) + len(block).to_bytes(2) + block

    assert ProxyHeader(len(header), shown(ip), port) == parse(header + more)
    assert [parse(header[:length]) for length in range(len(header))] == [None] * len(header)


@pytest.mark.parametrize(
    ("header", "length"),
    [(b"PROXY UNKNOWN\r\n", 15), (b"PROXY UNKNOWN ::1 whatever\r\n", 28), (SIGNATURE + b"\x20\x11\0\x02ab", 18)],
)
def test_proxy_may_speak_for_itself(header: bytes, length: int) -> None:
    """Health checks name no client."""
    assert ProxyHeader(length) == parse(header + b"rest")


@pytest.mark.parametrize(
    "header",
    [
        b"EHLO client.example\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n",
        b"PROXY TCP4 192.0.2.1  192.0.2.2 1 2\r\n",
        b"PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n",
        b"PROXY TCP4 ::1 ::1 1 2\r\n",
        b"PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
        b"PROXY TCP6 fe80::1%lo ::1 1 2\r\n",
        b"PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n",
        b"proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\nEHLO x\r\n",
        b"PROXY UNKNOWN" + b"x" * 100,
        SIGNATURE + b"\x11\x11\0\x0c" + b"\0" * 12,
        SIGNATURE + b"\x22\x11\0\x0c" + b"\0" * 12,
        SIGNATURE + b"\x21\x12\0\x0c" + b"\0" * 12,
        SIGNATURE + b"\x21\x31\0\xd8" + b"\0" * 216,
        SIGNATURE + b"\x21\x11\0\x0b" + b"\0" * 11,
        SIGNATURE + b"\x21\x11" + MAX_HEADER.to_bytes(2),
    ],
)
def test_what_is_no_header_is_refused(header: bytes) -> None:
    """Nothing is guessed."""
    with pytest.raises(BadProxyHeader):
        parse(header)


@given(
    st.binary(max_size=80)
    | st.binary(max_size=80).map(lambda junk: SIGNATURE + junk)
    | st.binary().map(b"PROXY ".__add__)
)
def test_junk_never_raises_anything_else(data: bytes) -> None:
    """A header, a wish for more, or a refusal; an address is one."""
    try:
        header = parse(data)
    except BadProxyHeader:
        return
    if header and header.ip:
        assert header.length <= len(data)
        ip_address(header.ip)
