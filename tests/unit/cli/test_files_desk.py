"""The work of `postern files` over a real store."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.adapters.sql.lending import SqlLending
from gateway.app import stores
from gateway.app.settings import Settings
from gateway.cli import files_desk as desk
from gateway.model.hosted import Download, FileState
from gateway.ports.files import Plea
from gateway.ports.hosting import Which
from tests.services.clamd import BODY_MARK, Clamd
from tests.unit.app.serving import Place
from tests.unit.cli.hosted_place import CONTENTS, hosted_place
from tests.unit.jobs.shelf import digest

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def both() -> Iterator[tuple[Place, Settings]]:
    """Make the folder."""
    with hosted_place() as made:
        yield made


@pytest.fixture
def config(both: tuple[Place, Settings]) -> Path:
    """Return the path of the settings."""
    return both[0].settings


@pytest.fixture
def settings(both: tuple[Place, Settings]) -> Settings:
    """Return the settings."""
    return both[1]


def states(settings: Settings) -> dict[str, FileState]:
    """Return what requests see."""
    with stores.catalogue(settings) as catalogue:
        return {one: found.state for one in CONTENTS if (found := catalogue.files.find(one))}


def printed(capsys: Printed) -> str:
    """Return what was printed since."""
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("which", "found"),
    [
        (Which(), {"f1", "f2"}),
        (Which(sha256=digest(CONTENTS["f2"])), {"f2"}),
        (Which(message_id="<f1@sender.example>"), {"f1"}),
        (Which(tenant="other"), set()),
        (Which(state=FileState.LIVE, since=1.0), {"f1", "f2"}),
    ],
)
def test_files_are_listed(which: Which, found: set[str], config: Path, capsys: Printed) -> None:
    """Those that fit, as JSON and in words."""
    assert desk.list_files(config, which, 10, as_json=True) == 0
    assert {one["id"] for one in json.loads(printed(capsys))} == found
    assert desk.list_files(config, which, 10, as_json=False) == 0
    said = printed(capsys)
    assert {one for one in CONTENTS if f"{one} " in said} == found


def test_file_is_shown_with_its_journal(config: Path, settings: Settings, capsys: Printed) -> None:
    """Whatever its name; no such file is a line."""
    with stores.catalogue(settings) as catalogue:
        catalogue.files.record_download("f1", Download(60.0, "abc", "192.0.2.0/24", 6))

    assert [0, 0, 1] == [desk.show_file(config, one, as_json=False) for one in ("f1", "f2", "f3")]
    assert [0, 0] == [desk.show_journal(config, one, 9, as_json=False) for one in ("f1", "f2")]
    said = capsys.readouterr()
    assert ("192.0.2.0/24" in said.out, "never downloaded" in said.out) == (True, True)
    assert "files: f3: no such file\n" == said.err
    desk.show_journal(config, "f1", 9, as_json=True)
    assert [{"at": "1970-01-01T00:01:00+00:00", "token": "abc", "address": "192.0.2.0/24", "size": 6}] == json.loads(
        printed(capsys)
    )


def test_files_are_revoked_and_restored(config: Path, settings: Settings, capsys: Printed) -> None:
    """What is not there is a line and exit code 1; the other is done."""
    both = [Which(message_id="<f1@sender.example>"), Which(id="f3")]

    assert desk.revoke_files(config, both, "ada", "spam") == 1
    assert {"f1": FileState.REVOKED, "f2": FileState.LIVE} == states(settings)
    assert [0, 1] == [desk.restore_files(config, ["f1"], "ada", "no spam") for _ in range(2)]
    assert {"f1": FileState.LIVE, "f2": FileState.LIVE} == states(settings)
    assert "f3: no such file" in capsys.readouterr().err


def test_ban_counts_until_it_is_taken_back(config: Path, settings: Settings, capsys: Printed) -> None:
    """It says how many files it stops; the list and the file show it."""
    assert desk.ban_kinds(config, ("ext:exe", "ext:docm"), time.time() + 60, "ada", "worm") == 0
    assert "that stops 1 files" in printed(capsys)
    assert {"f1": FileState.LIVE, "f2": FileState.BANNED} == states(settings)
    desk.list_files(config, Which(), 10, as_json=True)
    assert {"f1": "live", "f2": "banned"} == {one["id"]: one["state"] for one in json.loads(printed(capsys))}
    desk.list_bans(config, as_json=False)
    desk.show_file(config, "f2", as_json=False)
    assert 4 == printed(capsys).count("worm")
    assert desk.unban_kinds(config, ("ext:exe", "ext:png"), "ada") == 1
    assert "ext:png: was not banned\n" == capsys.readouterr().err
    assert {"f1": FileState.LIVE, "f2": FileState.LIVE} == states(settings)


def test_ban_of_a_family_that_nobody_knows_is_told(config: Path, settings: Settings, capsys: Printed) -> None:
    """A slip of the pen would stop nothing, and look as if it did; with broken policies it counts all the same."""
    codes = [desk.ban_kinds(config, ("family:pfd",), time.time() + 60, "ada", "worm")]
    (settings.paths.policies / "default.yaml").write_text("]")
    codes.append(desk.ban_kinds(config, ("family:pdf",), time.time() + 60, "ada", "worm"))

    assert [1, 0] == codes
    assert "family:pfd: no policy knows this family\n" == capsys.readouterr().err
    assert {"f1": FileState.BANNED, "f2": FileState.LIVE} == states(settings)


def test_restored_file_that_a_ban_holds_is_told(config: Path, capsys: Printed) -> None:
    """The admin may think it is given out."""
    desk.revoke_files(config, [Which(id="f2")], "ada", "")
    desk.ban_kinds(config, ("ext:exe",), time.time() + 60, "ada", "worm")

    assert desk.restore_files(config, ["f2"], "ada", "") == 1
    assert "an emergency ban still holds it" in capsys.readouterr().err


def test_todays_policy_is_applied(config: Path, settings: Settings, capsys: Printed) -> None:
    """First as a look; the blast is printed; an unknown tenant is a line."""
    assert desk.apply_policies(config, "", "ada", only_look=True, as_json=False) == 0
    assert "1 of 2 files would be banned, of 1 tenants" in printed(capsys)
    assert {"f1": FileState.LIVE, "f2": FileState.LIVE} == states(settings)
    assert desk.apply_policies(config, "example", "ada", only_look=False, as_json=True) == 0
    (blast,) = json.loads(printed(capsys))
    assert ("example", 2, 1) == (blast["tenant"], blast["seen"], sum(blast["banned"].values()))
    assert {"f1": FileState.LIVE, "f2": FileState.BANNED} == states(settings)
    assert desk.apply_policies(config, "nobody", "ada", only_look=True, as_json=False) == 1


def test_named_files_are_scanned_now(both: tuple[Place, Settings], clamd: Clamd, capsys: Printed) -> None:
    """By the real clamd; one that was never answered is told, and stays as it is."""
    here, settings = both
    silent = desk.rescan_files(here.settings, ["f1"])
    text = here.settings.read_text().replace("unix:/nonexistent/clamd.ctl", clamd.unix)
    here.settings.write_text(text)

    assert (1, 0) == (silent, desk.rescan_files(here.settings, ["f1", "f2"]))
    said = capsys.readouterr()
    assert ("f1: live" in said.out, "f1: no verdict" in said.err) == (True, True)
    assert BODY_MARK not in b"".join(CONTENTS.values())
    assert {"f1": FileState.LIVE, "f2": FileState.LIVE} == states(settings)


def test_passes_are_begun_and_shown(config: Path, capsys: Printed) -> None:
    """Over a domain, or all; the jobs process takes them up."""
    codes = [desk.begin_rescan(config, domain, "ada asks") for domain in ("files1.example", "", "other.example")]
    desk.show_progress(config, as_json=True)
    said = capsys.readouterr()
    found = json.loads(said.out[said.out.index("[") :])

    assert ([0, 0, 1], [(False, 2), (True, 2)]) == (codes, [(one["few"], one["left"]) for one in found])
    assert desk.show_progress(config, as_json=False) == 0
    assert 2 == printed(capsys).count("ada asks")


def test_requests_stay_until_they_are_answered(config: Path, settings: Settings, capsys: Printed) -> None:
    """By restoring the file, or by hand."""
    with stores.catalogue(settings) as catalogue:
        for file_id in ("f1", "f2"):
            plea = Plea(60.0, "t", "192.0.2.0/24", "bob@acme.example", "please")
            SqlLending(catalogue.store.engine).plead(file_id, plea, 0.0, 5)

    def open_requests() -> list[str]:
        capsys.readouterr()
        desk.list_requests(config, 9, with_settled=False, as_json=True)
        return [one["file"] for one in json.loads(printed(capsys))]

    assert ["f2", "f1"] == open_requests()
    desk.revoke_files(config, [Which(id="f1")], "ada", "")
    desk.restore_files(config, ["f1"], "ada", "")
    assert ["f2"] == open_requests()
    assert [0, 1] == [desk.settle_requests(config, "f2", "ada") for _ in range(2)]
    assert [] == open_requests()
    desk.list_requests(config, 9, with_settled=True, as_json=False)
    assert 2 == printed(capsys).count("please")


@pytest.mark.parametrize(
    ("until", "expected"), [("24h", 86400.0), ("3d", 259200.0), ("2100-01-01", None), ("2100-01-01T01:00+01:00", None)]
)
def test_end_is_a_while_or_a_date(until: str, expected: float | None) -> None:
    """In UTC, unless it says otherwise."""
    before = time.time()
    found = desk.end_of(until)

    assert 4102444800.0 == found if expected is None else before + expected <= found


@pytest.mark.parametrize("until", ["", "soon", "2001-01-01", "24"])
def test_end_that_is_none_is_told(until: str) -> None:
    """Also one that is over."""
    with pytest.raises(ValueError, match="allowed"):
        desk.end_of(until)


Work = Callable[[Path], int]


@pytest.mark.parametrize(
    "work",
    [
        lambda config: desk.list_files(config, Which(), 9, as_json=False),
        lambda config: desk.revoke_files(config, [Which(id="f1")], "ada", ""),
    ],
)
def test_store_that_cannot_be_used_is_a_line(work: Work, both: tuple[Place, Settings], capsys: Printed) -> None:
    """Never a traceback."""
    here, settings = both
    (settings.store.folder / "postern.db").write_bytes(b"no database" * 1000)

    assert (1, 1) == (work(here.settings), work(Path("/nonexistent")))
    assert capsys.readouterr().err.startswith("files: ")
