"""XCLIENT and XFORWARD attributes: only what can be true of a client is believed."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.xclient import XCLIENT, XFORWARD, BadAttribute, Claims, parse


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("ADDR=192.0.2.7", Claims(ip="192.0.2.7")),
        ("addr=IPv6:2001:DB8::7 port=25", Claims(ip="2001:db8::7", port=25)),
        ("ADDR=IPV6:::ffff:192.0.2.7", Claims(ip="192.0.2.7")),
        ("HELO=a+2Bb PROTO=smtp", Claims(helo="a+b", esmtp=False)),
        ("PROTO=ESMTP NAME=x LOGIN=y DESTADDR=1 DESTPORT=2", Claims(esmtp=True)),
        ("ADDR=[UNAVAILABLE] PORT=[TEMPUNAVAIL] HELO=[unavailable] PROTO=[UNAVAILABLE]", Claims()),
        ("HELO=m\u00fcller.example", Claims(helo="m\u00fcller.example")),
    ],
)
def test_attributes_are_read(argument: str, expected: Claims) -> None:
    """Any case, xtext decoded; what says nothing is None."""
    assert expected == parse(argument, XCLIENT)


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "ADDR",
        "ADDR=",
        "ADDR=localhost",
        "ADDR=2001:db8::7",
        "ADDR=IPV6:192.0.2.7",
        "ADDR=IPV6:fe80::1%lo",
        "ADDR=192.0.2.7  PORT=1",
        "ADDR=192.0.2.7 ADDR=192.0.2.7",
        "PORT=65536",
        "PORT=\u0661",
        "PROTO=HTTP",
        "HELO=a+0Ab",
        "HELO=a+00b",
        "HELO=a+b",
        "LOGIN=x",
        "SOURCE=a=b",
    ],
)
def test_what_cannot_be_is_refused(argument: str) -> None:
    """LOGIN is none of XFORWARD's."""
    with pytest.raises(BadAttribute):
        parse(argument, XFORWARD)


@given(
    st.lists(st.sampled_from(["ADDR=", "HELO=", "PORT=", "IPV6:", "+0A", "::", "1", " ", "\u00fc", "="])).map("".join)
)
def test_junk_never_raises_anything_else(argument: str) -> None:
    """And nothing that is believed could leave a header line."""
    try:
        claims = parse(argument, XFORWARD)
    except BadAttribute:
        return
    if claims.ip is not None:
        ip_address(claims.ip)
    assert claims.helo is None or claims.helo.isprintable()
