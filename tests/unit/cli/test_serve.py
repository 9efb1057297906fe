"""`postern serve` over what an admin got wrong: a line each, exit code 1, nothing left running."""

import socket
from collections.abc import Iterator

import pytest

from tests.services.ports import HOST
from tests.unit.app.serving import Place, place

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def here() -> Iterator[Place]:
    """Give a folder in which all is right."""
    with place() as one:
        yield one


def refusal(here: Place) -> list[str]:
    """Return the lines of a start that must fail."""
    done = here.postern("serve", "--config", "postern.toml")

    assert (done.returncode, done.stdout) == (1, b"")
    return done.stderr.decode().splitlines()


def test_check_says_whether_it_would_run(here: Place) -> None:
    """While a gateway runs: its ports are no objection, its settings are."""
    with socket.create_server((HOST, here.port)):
        good = here.postern("serve", "--check", "--config", "postern.toml")
        here.add('[log]\nlevel = "loud"\n')
        bad = here.postern("serve", "--check", "--config", "postern.toml")

    assert (good.returncode, good.stdout, good.stderr) == (0, b"", b"")
    assert (bad.returncode, len(bad.stderr.splitlines())) == (1, 1)


def test_unknown_role_is_told(here: Place) -> None:
    """With those that there are."""
    done = here.postern("serve", "--role", "nothing", "--config", "postern.toml")

    assert (1, True) == (done.returncode, done.stderr.startswith(b"there is no role nothing; allowed: mail"))


def test_port_in_use_is_told(here: Place) -> None:
    """Which port."""
    with socket.create_server((HOST, here.port)):
        assert refusal(here) == [f"port {HOST}:{here.port} is in use"]


def test_wrong_settings_are_told_with_their_lines(here: Place) -> None:
    """All of them."""
    here.add('[limits]\nsize = 5\n[log]\nlevel = "loud"\n')

    assert [line.partition(": ")[0] for line in refusal(here)] == ["postern.toml:12", "postern.toml:14"]


def test_unreadable_certificate_is_told(here: Place) -> None:
    """The file and why."""
    here.add('[tls]\ncertificate = "absent.pem"\n')
    name = here.folder / "absent.pem"

    assert refusal(here) == [f"TLS certificate {name} with key {name}: No such file or directory"]


def test_broken_policy_is_told_with_its_place(here: Place) -> None:
    """A gateway never starts over half a policy."""
    here.tenant.write_text("tenant: example\ndomains: [example.test]\nnext_hop: maildir:x\nallow: [pictures]\n")

    assert [line.startswith(f"{here.tenant}:4:9: ") for line in refusal(here)] == [True]


def test_missing_file_is_told(here: Place) -> None:
    """The one that was named on the command line."""
    here.settings.unlink()

    assert refusal(here) == ["postern.toml: cannot be read: No such file or directory"]
