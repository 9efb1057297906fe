"""The model of the settings."""

from gateway.app.settings import sections


def test_every_key_says_what_it_does() -> None:
    """No setting without a sentence, no section without one."""
    silent = [
        f"{name}.{key}"
        for name, section in sections().items()
        for key, field in section.model_fields.items()
        if not (section.__doc__ and field.description and field.description.endswith("."))
    ]

    assert silent == []
