"""The settings of rescans."""

import pytest

from gateway.app.config import ConfigError, load


def test_defaults_are_gentle() -> None:
    """A clamd that also scans mail is not kept from it."""
    rescans = load(None, {}).rescans

    assert (15.0, 2, 20) == (rescans.look, rescans.at_once, rescans.per_second)


@pytest.mark.parametrize(("key", "value"), [("PER_SECOND", "0"), ("AT_ONCE", "0"), ("LOOK", "15")])
def test_what_makes_no_sense_is_refused(key: str, value: str) -> None:
    """With the key that is wrong."""
    with pytest.raises(ConfigError, match=f"rescans.{key.lower()}"):
        load(None, {f"POSTERN__RESCANS__{key}": value})
