"""Lists in files of their own."""

from gateway.policy.lists import MAX_PROBLEMS, Entries, entries
from gateway.policy.shape import AddressList
from gateway.policy.source import ListFile, Problem
from gateway.policy.units import last_day

DAY = 86_400.0


def read(text: str, kind: str = "sender_domains", max_age: str | None = None) -> tuple[Entries, list[str]]:
    said = AddressList.model_validate(
        {"file": "lists/a.txt", "kind": kind, **({"max_age": max_age} if max_age else {})}
    )
    problems: list[Problem] = []
    found = entries(said, ListFile("a.txt", text), problems)
    return found, [*map(str, problems)]


def test_each_line_is_an_entry() -> None:
    """Blank lines and comments are none; domains are folded as everywhere."""
    found, problems = read("# partners\n\nAcme.example  # since 2019\n*.bücher.example\n")

    assert found.words == {"acme.example", "*.xn--bcher-kva.example"}
    assert problems == []
    assert read("Boss@ACME.example\n", "senders")[0].words == {"boss@acme.example"}


def test_wrong_lines_are_named_with_their_place() -> None:
    """The first of them."""
    found, problems = read("a@b\n" * (MAX_PROBLEMS + 5) + "acme.example\n")

    assert found.words == {"acme.example"}
    assert len(problems) == MAX_PROBLEMS
    assert problems[0].startswith('a.txt:1:1: "a@b" is not a domain')


def test_list_grows_old_by_the_day_that_it_names() -> None:
    """Not by the date of the file, which every copy changes."""
    found, problems = read("#date: 2026-11-01\nacme.example\n", max_age="90d")

    assert (found.stale_at, problems) == (last_day("2026-11-01") + 89 * DAY, [])
    assert read("# date: 2026-11-01\n")[0].stale_at is None


def test_list_with_an_age_needs_a_day() -> None:
    """And one that there is."""
    assert read("acme.example\n", max_age="90d")[1] == [
        "a.txt:1:1: a list with max_age says from when it is: # date: 2026-11-01"
    ]
    assert read("# date: 2026-02-30\n", max_age="90d")[1] == [
        'a.txt:1:1: "2026-02-30" is not a day; allowed: year-month-day, such as 2027-03-31'
    ]
