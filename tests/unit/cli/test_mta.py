"""Dangerous settings of a Postfix that asks us are found wherever they stand."""

from pathlib import Path

import pytest

from gateway.cli.mta import parse, remarks
from tests.services.postfix import FRAGMENTS


def states(folder: Path, main_cf: str, master_cf: str = "") -> dict[str, str]:
    """Return what was found about these files."""
    (folder / "main.cf").write_text(main_cf)
    (folder / "master.cf").write_text(master_cf)
    return {one.what: one.state for one in remarks(folder / "main.cf", 90.0)}


ASKS = "smtpd_milters = unix:postern/milter\n"


def test_our_own_fragment_is_well(tmp_path: Path) -> None:
    """What we tell admins to write."""
    assert states(tmp_path, (FRAGMENTS / "milter.cf").read_text()) == {"milter_default_action": "ok"}


@pytest.mark.parametrize(
    ("word", "state"),
    [("accept", "fail"), ("ACCEPT", "fail"), ("reject", "warn"), ("quarantine", "warn"), ("x", "fail")],
)
def test_action_without_a_verdict_is_judged(word: str, state: str, tmp_path: Path) -> None:
    """Only putting off is well."""
    assert states(tmp_path, f"{ASKS}milter_default_action = {word}\n") == {"milter_default_action": state}


def test_danger_is_explained(tmp_path: Path) -> None:
    """An admin who chose `accept` meant well."""
    (tmp_path / "main.cf").write_text(ASKS + "milter_default_action=accept")
    (found,) = remarks(tmp_path / "main.cf", 90.0)

    assert "passes unfiltered" in found.detail
    assert found.advice == "set milter_default_action = tempfail"


@pytest.mark.parametrize(
    "main_cf",
    [
        "smtpd_milters = { unix:postern/milter, default_action = accept }\n",
        f"{ASKS}non_smtpd_milters = {{ unix:x,\n  default_action=accept }}\n",
        "theirs = { unix:x, default_action=accept }\nsmtpd_milters = $theirs\n",
    ],
    ids=["inline", "folded", "by name"],
)
def test_action_of_one_milter_is_found(main_cf: str, tmp_path: Path) -> None:
    """It wins over the one for all."""
    assert states(tmp_path, main_cf)["default_action of a milter"] == "fail"


def test_action_in_master_cf_is_found(tmp_path: Path) -> None:
    """Comments are none."""
    well = "#  -o milter_default_action=accept\nsmtp inet n - y - - smtpd\n"
    bad = "smtp inet n - y - - smtpd\n  -o { milter_default_action = accept }\n"

    assert "milter_default_action in master.cf" not in states(tmp_path, ASKS, well)
    assert states(tmp_path, ASKS, bad)["milter_default_action in master.cf"] == "fail"


@pytest.mark.parametrize(
    ("main_cf", "what"),
    [
        ("", "smtpd_milters"),
        (f"{ASKS}milter_protocol = 2\n", "milter_protocol"),
        (f"{ASKS}milter_content_timeout = 1m\n", "milter_content_timeout"),
    ],
    ids=["nobody asked", "old protocol", "impatient"],
)
def test_what_makes_the_milter_useless_is_a_warning(main_cf: str, what: str, tmp_path: Path) -> None:
    """It does no harm to mail."""
    assert states(tmp_path, main_cf)[what] == "warn"


def test_main_cf_is_read_as_postfix_reads_it() -> None:
    """Folded lines, comments between them, the last of a name."""
    assert parse("a = 1\n# no\n  2\nb=\na2 = x\na2 = y\n") == {"a": "1 2", "b": "", "a2": "y"}
