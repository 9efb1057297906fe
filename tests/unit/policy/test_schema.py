"""Policy files for editors."""

from typing import Any

from gateway.policy.schema import schema


def key(name: str, of: str = "TenantFile") -> dict[str, Any]:
    found: dict[str, Any] = schema()["$defs"][of]["properties"][name]
    return found


def test_keys_stand_in_it_as_they_are_written() -> None:
    """Also those that are words of Python."""
    made = schema()["$defs"]

    assert {"schema", "tenant", "extends", "rules", "otherwise"} <= set(made["TenantFile"]["properties"])
    assert "not" in made["When"]["properties"]
    assert "negated" not in made["When"]["properties"]


def test_words_come_with_the_allowed_ones() -> None:
    """So that an editor completes them."""
    assert key("action", "Then")["enum"] == ["allow", "tag", "host", "strip", "quarantine", "defer", "reject"]


def test_values_with_units_are_texts() -> None:
    """As they are written, not as they are kept."""
    assert key("ttl", "Hosting")["type"] == "string"
    assert key("next_hop")["anyOf"][0]["type"] == "string"


def test_one_word_may_stand_for_a_mapping_or_a_list() -> None:
    """An editor must not mark what the parser takes."""
    one = [{kind.get("type", "object") for kind in key(*where)["anyOf"]} for where in (("otherwise",), ("next_hop",))]

    assert one == [{"object", "string"}, {"array", "string"}]
