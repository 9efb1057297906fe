"""The duty of mail: who plays in it, and what clamd says of itself."""

import pytest

from gateway.app.config import load
from gateway.app.listeners import Listeners
from gateway.app.mail import Mail, clamd
from tests.unit.app.serving import place

pytestmark = pytest.mark.enable_socket


def test_workers_are_never_given_a_number_twice() -> None:
    """The second cast lies beside the first for a while, each behind its own keeper."""
    with place() as here:
        settings, listeners = load(here.settings, {}), Listeners()
        mail = Mail(settings, ["worker-7", "worker-8", "monitor"])
        first, second = mail.cast(settings, listeners), mail.cast(settings, listeners)
        listeners.close_others(())

    assert "worker-7" in first.roles
    assert {"keeper", "monitor"} == first.roles.keys() & second.roles.keys()


def test_addresses_are_the_doors_and_the_monitor() -> None:
    """What must be free before the start."""
    with place() as here:
        settings = load(here.settings, {})

    assert [*settings.listen.smtp, settings.monitor.listen] == list(Mail.addresses(settings))


def test_silent_clamd_is_told_with_its_address() -> None:
    """Whoever asks learns which address and why."""
    with place() as here, pytest.raises(ConnectionError, match=r"unix:/nonexistent/clamd\.ctl: "):
        clamd(load(here.settings, {}))
