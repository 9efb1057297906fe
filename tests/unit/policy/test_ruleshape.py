"""The keys of a rule."""

import pytest
from pydantic import ValidationError

from gateway.policy.ruleshape import Rule, When

MISTAKES = {
    "nothing asked": {"when": {}, "then": {"action": "allow"}},
    "nothing asked of the sender": {"when": {"sender": {}}, "then": {"action": "allow"}},
    "no reason": {"when": {"macros": True}, "then": {"action": "strip"}},
    "life of a link that there is not": {"when": {"macros": True}, "then": {"action": "allow", "ttl": "3d"}},
    "empty list": {"when": {"family": []}, "then": {"action": "allow"}},
    "outbound": {"when": {"direction": "outbound"}, "then": {"action": "allow"}},
    "expires never": {"when": {"macros": True}, "then": {"action": "allow"}, "expires": "never"},
}


@pytest.mark.parametrize("keys", MISTAKES.values(), ids=MISTAKES)
def test_rule_that_says_too_little_or_too_much_is_none(keys: dict[str, object]) -> None:
    """Of this shape."""
    with pytest.raises(ValidationError):
        Rule.model_validate({"id": "x", **keys})


def test_one_word_stands_for_a_list_of_one() -> None:
    """In every condition."""
    short = When.model_validate({"family": "pdf", "sender": {"auth": "dmarc"}, "not": {"scan": "clean"}})
    long = When.model_validate({"family": ["pdf"], "sender": {"auth": ["dmarc"]}, "not": {"scan": ["clean"]}})

    assert short == long
