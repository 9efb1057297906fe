"""How attachment domains are shown to people."""

import pytest

from gateway.cli.domain_view import Seen, print_answers, print_domains
from gateway.model.hosted import Shard, ShardState
from gateway.ports.listings import Book
from gateway.reputation.listings import Listing, Opinion, Said, Trust, Word

NOW = 1_000_000.0


@pytest.mark.parametrize(
    ("seconds", "age"),
    [(0.0, "0s ago"), (119.0, "119s ago"), (300.0, "5m ago"), (7200.0, "2h ago"), (172800.0, "2d ago")],
)
def test_age_of_an_answer_is_shown(seconds: float, age: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In the unit that one reads at a glance."""
    listing = Listing("a.example", opinions=(Opinion("dbl", False, 0.0, NOW - seconds),))
    print_domains([Seen(Shard("a.example", "p"), listing, 1, 2, ("a.example",))], Book(), NOW, as_json=False)

    assert f"dbl clean ({age})" in capsys.readouterr().out


def test_old_links_of_a_resting_domain_name_where_they_work(capsys: pytest.CaptureFixture[str]) -> None:
    """Or that they work nowhere."""
    resting = Shard("a.example", "p", state=ShardState.RESTING, reason="listed: dbl")
    print_domains(
        [Seen(resting, None, 0, 0, ("b.example", "c.example")), Seen(resting, None, 0, 0, ())],
        Book(),
        NOW,
        as_json=False,
    )
    lines = capsys.readouterr().out.splitlines()

    assert ["b.example", "none"] == [line.split()[-1] for line in lines[1:3]]
    assert "never asked" in lines[1]
    assert "a.example: listed: dbl" == lines[3].strip()


def test_no_domains_are_told_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty table would look like a mistake."""
    print_domains([], Book(), NOW, as_json=False)

    assert "hosting.domains names none" == capsys.readouterr().out.strip()


def test_answers_are_shown_for_each_domain_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    """With what else was said, made safe."""
    said = {"dbl": {"a.example": Said(Word.LISTED, "bad\x07")}, "web": {"a.example": Said(Word.SILENT, "status 503")}}
    print_answers(["a.example"], said, {name: Trust(name) for name in said}, as_json=False)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]

    assert [["a.example", "dbl", "listed", "bad\\x07"], ["a.example", "web", "silent", "status", "503"]] == rows
