"""Places in policy files and what is said about them."""

from gateway.policy.source import PolicyErrors, Problem, unknown
from tests.unit.policy.documents import document


def test_value_key_and_what_is_missing_have_a_place() -> None:
    """What is not in the file is placed at the nearest thing around it."""
    made = document("a:\n  b: [x, y]\n")
    problems = (
        made.problem(("a", "b", 1), "value"),
        made.key_problem(("a", "b"), "key"),
        made.problem(("a", "c", "d"), "missing"),
        made.key_problem(("z",), "nowhere"),
    )
    assert [*map(str, problems)] == [
        "acme.yaml:2:10: value",
        "acme.yaml:2:3: key",
        "acme.yaml:2:3: missing",
        "acme.yaml:1:1: nowhere",
    ]


def test_texts_of_a_list_come_with_their_paths() -> None:
    """Anything else is left to the shape; where there is no list there is nothing."""
    made = document("a: [x, 3, y]\nb: x\nc: [{d: [z]}]\n")

    assert made.texts("a") == ((("a", 0), "x"), (("a", 2), "y"))
    assert made.texts("c", 0, "d") == ((("c", 0, "d", 0), "z"),)
    assert made.texts("b") == made.texts("nowhere", "at", "all") == ()


def test_unknown_word_is_named_with_the_likely_and_the_allowed_ones() -> None:
    """A guess only where one is near."""
    assert unknown("word", "rejekt", ("tag", "reject")) == (
        'unknown word "rejekt"; did you mean "reject"? allowed: tag, reject'
    )
    assert unknown("word", "zzz", ("tag", "reject")) == 'unknown word "zzz"; allowed: tag, reject'


def test_errors_show_every_problem() -> None:
    """One line each."""
    error = PolicyErrors((Problem("a.yaml", 1, 2, "x"), Problem("b.yaml", 3, 4, "y")))

    assert str(error) == "a.yaml:1:2: x\nb.yaml:3:4: y"
