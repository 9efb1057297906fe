"""`postern outcomes` over records that workers left."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from gateway.app.outcomes import OutcomeLog
from tests.unit.app.samples import record
from tests.unit.app.serving import Place, place


@pytest.fixture
def here() -> Iterator[Place]:
    """Give a folder where two answers were lost; one sender tries the terminal."""
    with place() as one:
        folder = one.folder / "var/outcomes"
        folder.mkdir(parents=True)
        log = OutcomeLog(folder)
        for name in ("<first@sender.example>", "<second@sender.example>"):
            log.write(replace(record(), unknown_outcome=True, message_id=name, error="after the final dot: \x1b[2J"))
        yield one


def test_each_is_a_row_with_where_to_look(here: Place) -> None:
    """Oldest first, and nothing that a terminal obeys."""
    done = here.postern("outcomes")
    rows = done.stdout.decode().splitlines()

    assert (done.returncode, len(rows)) == (0, 3)
    assert [name in row for name, row in zip(("<first@", "<second@"), rows[1:], strict=True)] == [True, True]
    assert all(word in rows[1] for word in ("id1", "192.0.2.1", "<>", "c@d.example e@d.example", "smtp://next:25"))
    assert b"\x1b" not in done.stdout


def test_machines_get_a_line_of_json_each(here: Place) -> None:
    """All that is kept."""
    done = here.postern("outcomes", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]

    assert [one["message_id"] for one in found] == ["<first@sender.example>", "<second@sender.example>"]


@pytest.mark.parametrize(("since", "expected"), [("1h", 2), ("0s", 0)])
def test_only_the_last_part_is_shown(here: Place, since: str, expected: int) -> None:
    """As far back as was asked for."""
    done = here.postern("outcomes", "--json", "--since", since)

    assert len(done.stdout.splitlines()) == expected


@pytest.mark.parametrize("since", ["yesterday", "999999999999d"])
def test_time_that_cannot_be_read_is_told(here: Place, since: str) -> None:
    """A line, no traceback."""
    done = here.postern("outcomes", "--since", since)

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
