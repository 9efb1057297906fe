"""The defaults keep what the standards ask of a server."""

from gateway.doors.smtp.settings import DoorSettings
from gateway.model.limits import Limits


def test_defaults_keep_the_minimums_of_rfc_5321() -> None:
    """Sections 4.5.3.1 and 4.5.3.2."""
    settings = DoorSettings()

    assert settings.recipients >= 100
    assert settings.line >= 512 + 500
    assert settings.command_seconds >= 300
    assert settings.size >= 64 * 1024
    assert settings.hops >= 30


def test_answer_comes_before_a_postfix_front_gives_up() -> None:
    """smtpd_proxy_timeout is 100 s."""
    settings = DoorSettings()

    assert settings.deadline_seconds + settings.last_word_seconds < 100
    assert settings.ask_seconds < 100


def test_one_message_of_full_size_fits_into_the_budget() -> None:
    """Else it would be put off for ever."""
    settings = DoorSettings()

    assert settings.in_flight >= settings.size >= Limits().size
