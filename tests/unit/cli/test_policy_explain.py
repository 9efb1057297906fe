"""`postern policy explain`; a process each, because it forks."""

import json
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.unit.app.serving import Place, place
from tests.unit.policy.samples import SHIPPED

pytestmark = pytest.mark.enable_socket
ARGUMENTS = ("policy", "explain", "m.eml", "--tenant", "engineering", "--policies", str(SHIPPED))


@pytest.fixture
def here() -> Iterator[Place]:
    """Give a folder with a message that holds a letter under a hostile name."""
    message = EmailMessage()
    message.set_content("hello\n")
    letter = (SHIPPED / "tests/letter.docx").read_bytes()
    message.add_attachment(letter, maintype="application", subtype="octet-stream", filename="a\x1b[31m\u202e.docx")
    with place() as one:
        (one.folder / "m.eml").write_bytes(message.as_bytes())
        yield one


def test_rule_of_each_part_is_shown_and_which_came_near(here: Place) -> None:
    """With what was missing, and nothing that a terminal obeys."""
    done = here.postern(*ARGUMENTS)
    shown = done.stdout.decode()

    assert done.returncode == 0
    assert "large-files (but for size)" in shown
    assert "Verdict: allow" in shown
    assert "\x1b[31m" not in shown
    assert "\u202e" not in shown


def test_json_holds_the_same(here: Place) -> None:
    """For programs; a preset may stand for a tenant."""
    said = json.loads(here.postern(*ARGUMENTS, "--json").stdout)
    letter = next(one for one in said["parts"] if one["where"] == "2")

    assert (said["policy"], said["action"]) == ("engineering", "allow")
    assert (letter["rule"], letter["action"]) == ("allow", "allow")
    assert {"rule": "large-files", "missing": "size"} in letter["near"]


def test_unknown_tenant_is_told_the_known_ones(here: Place) -> None:
    """Exit code 1."""
    done = here.postern(*ARGUMENTS[:3], "--tenant", "acme", "--policies", str(SHIPPED))

    assert done.returncode == 1
    assert b'no tenant "acme"; there are: default, ' in done.stderr
