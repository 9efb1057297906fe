"""Who asks."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.files.clients import UNKNOWN, client, is_proxy, network

PROXIES = [ip_network("10.0.0.0/8"), ip_network("::1")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.7", [], "192.0.2.7"),
        ("192.0.2.7", ["198.51.100.1"], "192.0.2.7"),
        ("10.1.1.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.1.1.1", ["203.0.113.9, 198.51.100.1", "10.2.2.2"], "198.51.100.1"),
        ("::1", ["2001:db8::5"], "2001:db8::5"),
        ("::ffff:10.1.1.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.1.1.1", ["nonsense"], "10.1.1.1"),
        ("10.1.1.1", ["203.0.113.9, <script>"], "10.1.1.1"),
        ("", [], UNKNOWN),
    ],
)
def test_only_proxies_are_believed(peer: str, forwarded: list[str], expected: str) -> None:
    """The last hop that is none of them is the client, whatever it claims itself."""
    assert expected == client(peer, forwarded, PROXIES)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_network_hides_the_person(address: str, expected: str) -> None:
    """/24 and /48 are kept, no more."""
    assert expected == network(address)


def test_proxies_are_known_by_their_networks() -> None:
    """Also where the kernel writes IPv4 as IPv6."""
    assert [True, True, False, False] == [
        is_proxy(one, PROXIES) for one in ("10.9.9.9", "::ffff:10.9.9.9", "192.0.2.1", "")
    ]


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_nothing_that_is_claimed_raises(peer: str, forwarded: list[str]) -> None:
    """Fields are text from strangers."""
    assert network(client(peer, forwarded, PROXIES))
