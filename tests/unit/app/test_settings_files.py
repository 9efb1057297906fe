"""The settings of the files service."""

import pytest
from pydantic import ValidationError

from gateway.app.settings_files import Files


def test_defaults_stay_on_the_loopback_without_an_api() -> None:
    """Nothing is published, and nobody may take files back, before an admin says so."""
    files = Files()

    assert ["127.0.0.1"] == [one.host for one in files.listen]
    assert files.api_listen is None


@pytest.mark.parametrize("prefix", ["blobs/", "/blobs", "/a b/", "/a\r\nb/"])
def test_accel_prefix_is_a_path_of_plain_characters(prefix: str) -> None:
    """What goes into a header field for nginx cannot end it."""
    with pytest.raises(ValidationError):
        Files.model_validate({"accel": prefix})
