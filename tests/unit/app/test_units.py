"""Durations and addresses as settings write them."""

import json
from ipaddress import ip_network
from pathlib import Path

import pytest

from gateway.app.config import ConfigError, load
from gateway.app.units import (
    Address,
    SocketFile,
    parse_address,
    parse_duration,
    parse_mode,
    parse_network,
    parse_resolver,
    parse_scanner,
)


@pytest.mark.parametrize(("text", "expected"), [("90s", 90.0), ("250ms", 0.25), ("5m", 300.0), ("3d", 259200.0)])
def test_duration_is_read_with_its_unit(text: str, expected: float) -> None:
    """From milliseconds to days."""
    assert parse_duration(text) == expected


@pytest.mark.parametrize("value", [50, 1.5, "50", "1.5", True])
def test_bare_number_is_told_to_need_a_unit(value: object) -> None:
    """A number alone is never guessed at."""
    with pytest.raises(ValueError, match="a duration needs a unit; allowed: a number with ms, s"):
        parse_duration(value)


@pytest.mark.parametrize("value", ["50sec", "s", "-1s", "1e3s", "", None, ["1s"]])
def test_anything_else_is_told_what_is_allowed(value: object) -> None:
    """Wrong units and types name the right ones."""
    with pytest.raises(ValueError, match='allowed: a number with ms, s, m, h, d, such as "90s"'):
        parse_duration(value)


@pytest.mark.parametrize(
    ("text", "expected"), [("127.0.0.1:2525", Address("127.0.0.1", 2525)), ("[::1]:25", Address("::1", 25))]
)
def test_address_is_read_and_written_back(text: str, expected: Address) -> None:
    """IPv6 stands in brackets, both ways."""
    assert parse_address(text) == expected

    assert str(expected) == text


@pytest.mark.parametrize("text", ["2525", ":2525", "host:", "host:0", "host:65536", "::1:25", "host:x", 2525])
def test_wrong_address_is_told_what_is_allowed(text: object) -> None:
    """Ports outside 1 to 65535 and bare IPv6 are refused."""
    with pytest.raises(ValueError, match="is not an address; allowed: host:port"):
        parse_address(text)


@pytest.mark.parametrize("text", ["unix:/run/clamav/clamd.ctl", "tcp:127.0.0.1:3310", "tcp:[::1]:3310"])
def test_clamd_address_is_a_socket_or_a_port(text: str) -> None:
    """A path or host and port, each with its word in front."""
    assert parse_scanner(text) == text


@pytest.mark.parametrize(
    "text", ["/run/clamd.ctl", "127.0.0.1:3310", "tcp:127.0.0.1", "unix:clamd.ctl", "tcp:::1:1", 7]
)
def test_wrong_clamd_address_is_told_what_is_allowed(text: object) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match='is not a clamd address; allowed: "unix:/path"'):
        parse_scanner(text)


@pytest.mark.parametrize("text", ["192.0.2.0/24", "192.0.2.1", "2001:db8::/32", "::1"])
def test_network_is_one_or_a_single_address(text: str) -> None:
    """Both families."""
    assert parse_network(text) == ip_network(text)


@pytest.mark.parametrize("text", ["192.0.2.1/24", "localhost", "", "192.0.2.0/33", 7])
def test_wrong_network_is_told_what_is_allowed(text: object) -> None:
    """A host within a network is a mistake, not a network."""
    with pytest.raises(ValueError, match="is not a network"):
        parse_network(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1", "127.0.0.1:53"),
        ("127.0.0.1:5353", "127.0.0.1:5353"),
        ("::1", "[::1]:53"),
        ("[::1]:5353", "[::1]:5353"),
    ],
)
def test_dns_server_has_a_port(text: str, expected: str) -> None:
    """53 where none is named."""
    assert parse_resolver(text) == expected


@pytest.mark.parametrize("text", ["localhost", "localhost:53", "", "127.0.0.1:0", "127.0.0.1:x", 53])
def test_wrong_dns_server_is_told_what_is_allowed(text: object) -> None:
    """A name would need DNS to be found."""
    with pytest.raises(ValueError, match="is not a"):
        parse_resolver(text)


@pytest.mark.parametrize(("text", "expected"), [("0660", 0o660), ("666", 0o666), ("0000", 0)])
def test_mode_is_octal(text: str, expected: int) -> None:
    """As chmod takes it."""
    assert parse_mode(text) == expected


@pytest.mark.parametrize("value", ["0880", "66", "04755", 660, "rw", None])
def test_what_is_no_mode_is_told(value: object) -> None:
    """With an example."""
    with pytest.raises(ValueError, match='allowed: permissions in octal, such as "0660"'):
        parse_mode(value)


def test_milter_addresses_are_sockets_or_ports(tmp_path: Path) -> None:
    """A relative path is taken from the folder of the settings."""
    path = tmp_path / "postern.toml"
    path.write_text('[listen]\nsmtp = []\nmilter = ["unix:run/m", "127.0.0.1:8891"]\n')

    assert load(path, {}).listen.milter == (SocketFile(tmp_path / "run/m"), Address("127.0.0.1", 8891))


@pytest.mark.parametrize("value", ["unix:", "8891", "local:/x", 5])
def test_what_is_no_milter_address_is_told(value: object, tmp_path: Path) -> None:
    """Both forms are named."""
    path = tmp_path / "postern.toml"
    path.write_text(f"[listen]\nmilter = [{json.dumps(value)}]\n")
    with pytest.raises(ConfigError, match='allowed: "unix:/path", "host:port"'):
        load(path, {})


def test_gateway_without_any_door_is_refused(tmp_path: Path) -> None:
    """It would take no mail at all."""
    path = tmp_path / "postern.toml"
    path.write_text("[listen]\nsmtp = []\n")
    with pytest.raises(ConfigError, match="at least one in smtp, lmtp or milter"):
        load(path, {})
