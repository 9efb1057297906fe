"""The checks of `serve` and `doctor`, each with what can be wrong."""

import socket
from collections.abc import Iterator

import pytest

from gateway.app import checks
from gateway.app.config import load
from gateway.app.duty import Check
from gateway.app.mail import Mail
from gateway.app.units import Address
from tests.services.ports import HOST, free_ports
from tests.unit.app.serving import Place, place

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def here() -> Iterator[Place]:
    """Give a folder in which all is right."""
    with place() as one:
        yield one


@pytest.mark.parametrize("check", Mail.checks)
def test_nothing_is_said_where_all_is_right(here: Place, check: Check) -> None:
    """No false alarm."""
    assert check(load(here.settings, {})) == []


@pytest.mark.parametrize("name", ["run", "maildir", "spool"])
def test_file_in_place_of_a_folder_is_told(here: Place, name: str) -> None:
    """The setting, the path and the reason."""
    (here.folder / "thing").touch()
    here.add(f'[paths]\n{name} = "thing/below"\n')

    assert checks.folders(load(here.settings, {})) == [f"paths.{name}: {here.folder}/thing/below: Not a directory"]


def test_run_folder_that_is_too_long_for_sockets_is_told(here: Place) -> None:
    """The kernel's bound is 107 bytes, and its own message does not say so."""
    here.add(f'[paths]\nrun = "{"x" * 100}"\n')

    assert [one.rpartition(": ")[2] for one in checks.folders(load(here.settings, {}))] == [
        "too long for the sockets in it; choose a shorter path"
    ]


def test_broken_policy_is_told_with_its_place(here: Place) -> None:
    """File, line and column."""
    here.tenant.write_text("tenant: example\ndomains: [example.test]\nnext_hop: maildir:x\nallow: [pictures]\n")
    found = checks.policies(load(here.settings, {}))

    assert [one.startswith(f"{here.tenant}:4:9: ") for one in found] == [True]


def test_certificate_that_is_none_is_told(here: Place) -> None:
    """A file without PEM in it."""
    here.add('[tls]\ncertificate = "postern.toml"\n')

    assert [str(here.settings) in one for one in checks.certificate(load(here.settings, {}))] == [True]


def test_port_of_another_program_is_told() -> None:
    """Whoever listens there, also with SO_REUSEPORT."""
    with socket.create_server((HOST, 0), reuse_port=True) as taken:
        port = taken.getsockname()[1]

        assert checks.occupied(Address(HOST, port)) == f"port {HOST}:{port} is in use"


def test_free_port_is_free_again_after_the_check() -> None:
    """Looking does not take it."""
    address = Address(HOST, free_ports(1)[0])

    assert [checks.occupied(address), checks.occupied(address)] == ["", ""]


def test_address_of_another_machine_is_told() -> None:
    """192.0.2.0/24 belongs to nobody (RFC 5737)."""
    assert checks.occupied(Address("192.0.2.1", 2525)) == "port 192.0.2.1:2525 is not an address of this machine"
