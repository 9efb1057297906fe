"""Names that a sender recognises."""

from gateway.model.artifact import Role
from gateway.model.policy import Action
from gateway.model.verdict import Judgement
from gateway.policy.titles import titled
from tests.unit.policy.samples import artifact, worst

OUTER = artifact("archive.zip", "", "application/zip")
INNER = artifact("more.7z", "", "", where="2/more.7z", role=Role.MEMBER, depth=1)


def title(*names: str, where: str, blamed: str = "") -> str:
    """Return the name to show for a member."""
    member = artifact(names[0], "", "", where=where, role=Role.MEMBER, depth=1, names=names)
    judged = Judgement(where, Action.REJECT, "executable", "executables", blamed or names[0])

    return titled((judged,), (OUTER, INNER, member))[0].name


def test_name_of_a_member_begins_with_the_file_that_was_sent() -> None:
    """All containers around it are named, and folders in them."""
    actual = [title("run.js", where="2/run.js"), title("a/run.js", where="2/more.7z/a/run.js")]

    assert ["archive.zip/run.js", "archive.zip/more.7z/a/run.js"] == actual


def test_name_that_is_to_blame_is_the_one_shown() -> None:
    """A member may have several names, of which only one is forbidden."""
    actual = title("a.txt", "run.js", where="2/a.txt", blamed="run.js")

    assert "archive.zip/run.js" == actual


def test_member_of_a_part_without_a_name_keeps_its_own() -> None:
    """There is nothing to put before it."""
    outer = artifact("", "", "application/zip")
    member = artifact("run.js", "", "", where="2/run.js", role=Role.MEMBER, depth=1)

    assert "run.js" == worst(outer, member).name


def test_other_names_stay_as_they_are() -> None:
    """A part of the message is shown by its own name."""
    assert "setup.exe" == worst(artifact("setup.exe", "", "application/x-dosexec")).name
