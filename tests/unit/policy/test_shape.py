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


def test_one_word_stands_for_a_mapping_with_an_action() -> None:
    """Where there is nothing else to say."""
    short = shape.TenantFile.model_validate({**REQUIRED, "otherwise": "strip", "scanning": {"when_down": "tag"}})

    assert short.otherwise == shape.Otherwise(action="strip")
    assert short.scanning.when_down == shape.Down(action="tag")


def test_other_keys_of_when_down_are_families() -> None:
    """Each with a word that fits."""
    down = shape.Down.model_validate({"action": "defer", "images": "allow"})

    assert down.families == {"images": "allow"}
    with pytest.raises(ValidationError):
        shape.Down.model_validate({"images": "strip"})


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
