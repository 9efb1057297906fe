"""The keys of the policy files."""

import pytest
from pydantic import ValidationError

from gateway.model.limits import Limits
from gateway.model.policy import ReplyStyle
from gateway.policy import shape

REQUIRED = {"tenant": "acme", "domains": ["acme.example"], "next_hop": "smtp://mx:25"}


def test_short_file_is_enough() -> None:
    """Everything but the tenant, its mail and its next hop has a default."""
    made = shape.TenantFile.model_validate(REQUIRED)

    assert set(REQUIRED) == made.model_fields_set
    assert [*map(str, made.next_hop)] == ["smtp://mx:25"]


def test_defaults_are_those_of_the_model() -> None:
    """Limits and reply style stand in one place each."""
    assert Limits(**shape.Limits().model_dump()) == Limits()
    assert ReplyStyle(**shape.Replies().model_dump()) == ReplyStyle()


def test_later_versions_words_are_refused_until_they_work() -> None:
    """Nothing is silently ignored."""
    for key, value in (("quarantine", {}), ("otherwise", "host"), ("lists", {}), ("rules", [])):
        with pytest.raises(ValidationError):
            shape.TenantFile.model_validate({**REQUIRED, key: value})


@pytest.mark.parametrize(
    "url", ["ftp://x", "https://ü", "https://a b", "https://x/" + "y" * 200, "https://{ip}", "https://x/{id}{id}"]
)
def test_help_url_fits_a_reply(url: str) -> None:
    """ASCII, bounded, and only the two placeholders."""
    with pytest.raises(ValidationError):
        shape.Replies(help_url=url)


def test_schema_for_editors_can_be_made() -> None:
    """The one model says all of it, next hops included."""
    made = shape.TenantFile.model_json_schema()

    assert set(REQUIRED) <= set(made["properties"])
