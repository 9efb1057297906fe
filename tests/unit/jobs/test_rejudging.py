"""Today's policies over yesterday's files."""

from dataclasses import replace

from gateway.adapters.sql.bans import SqlStanding
from gateway.jobs.rejudging import Blast, apply, forbidden
from gateway.model.conditions import When
from gateway.model.facts import Facts
from gateway.model.hosted import FileState
from gateway.model.policy import Action, Rule
from gateway.model.scan import Outcome
from gateway.ports.hosting import NewFile
from tests.unit.adapters.sql.hosting import FILE
from tests.unit.jobs.shelf import Shelf
from tests.unit.policy.samples import EXE, PDF, PROGRAM_RULE, artifact, facts, policy, scan

NOW = 1795284000.0
PAPER = facts(artifact("a.pdf", PDF, PDF), scan())
PHOTO = facts(artifact(), scan())
NO_PDF = policy(name="acme", rules=(Rule("no-pdf", When(frozenset({"pdf"})), Action.REJECT, "type_not_allowed"),))
ALL = policy(name="acme")


def host(shelf: Shelf, file_id: str, known: Facts, downloads: int = 0) -> None:
    """Host a file of which this is known."""
    file = replace(FILE, id=file_id, message=file_id, downloads=downloads)
    shelf.files.add(NewFile(file, "", known))
    shelf.files.settle(file_id, delivered=True)


def test_policy_says_why_a_file_is_kept_back() -> None:
    """By reason and rule; nothing is said of what passes, or of what a scanner could not say."""
    program = facts(artifact("setup.exe", detected=EXE), scan())
    unscanned = facts(artifact(), scan(Outcome.UNKNOWN))

    assert ["type_not_allowed: acme, rule no-pdf", "", ""] == [
        forbidden(PAPER, by, NOW) for by in (NO_PDF, ALL, replace(NO_PDF, rules=()))
    ]
    assert "executable: acme, rule programs" == forbidden(program, replace(ALL, rules=(PROGRAM_RULE,)), NOW)
    assert "" == forbidden(unscanned, ALL, NOW)


def test_rule_whose_time_is_over_forbids_no_longer() -> None:
    """Today's policy is that of now, not that of the hour at which the mail came."""
    (rule,) = NO_PDF.rules
    for_a_while = replace(NO_PDF, rules=(replace(rule, expires=NOW + 10),))

    assert [True, False] == [bool(forbidden(PAPER, for_a_while, now)) for now in (NOW, NOW + 10)]


def test_host_is_no_ban() -> None:
    """To wait behind a link is what a hosted file does."""
    hosts = Rule("host", When(frozenset({"pdf"})), Action.HOST, "")

    assert "" == forbidden(PAPER, replace(ALL, rules=(hosts,)), NOW)


def test_files_are_banned_and_given_out_again(shelf: Shelf) -> None:
    """A look changes nothing; the second time there is nothing left to change; a revoked file stays so."""
    host(shelf, "f1", PAPER, downloads=3)
    host(shelf, "f2", PHOTO)
    standing = SqlStanding(shelf.store.engine)
    blast = Blast("acme", 2, {"type_not_allowed: acme, rule no-pdf": 1}, 0, 3)

    assert blast == apply(standing, NO_PDF, NOW, "ada", only_look=True)
    assert {"f1": FileState.LIVE, "f2": FileState.LIVE} == shelf.states()
    assert blast == apply(standing, NO_PDF, NOW, "ada", only_look=False)
    assert {"f1": FileState.BANNED, "f2": FileState.LIVE} == shelf.states()
    assert "type_not_allowed: acme, rule no-pdf" == shelf.find("f1").reason
    assert Blast("acme", 2, {}, 0, 0) == apply(standing, NO_PDF, NOW, "ada", only_look=False)
    assert Blast("acme", 2, {}, 1, 0) == apply(standing, ALL, NOW, "ada", only_look=False)
    assert {"f1": FileState.LIVE, "f2": FileState.LIVE} == shelf.states()
