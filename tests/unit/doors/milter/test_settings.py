"""The bounds fit the MTAs that wait for us."""

from gateway.doors.milter.settings import MilterSettings


def test_signs_of_life_come_before_an_mta_gives_up() -> None:
    """Sendmail waits 10 s for a sign, Postfix 300 s for a verdict."""
    settings = MilterSettings()

    assert settings.progress_seconds < 10
    assert settings.deadline_seconds + settings.last_word_seconds < 300


def test_nothing_passes_unjudged_unless_it_is_wanted() -> None:
    """Strangers are refused."""
    assert not MilterSettings().passes_strangers
