"""`postern doctor` on gateways that lack one thing or another."""

import time
from collections.abc import Iterator

import pytest
import structlog

from gateway.app import stores
from gateway.app.config import load
from gateway.app.wiring import ClamdState
from gateway.cli.doctor import doctor, examine, signatures
from gateway.cli.show import Finding
from tests.services.ports import HOST
from tests.services.scripted_hop import ScriptedHop
from tests.unit.app.serving import Place, place

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def here() -> Iterator[Place]:
    """Give a folder in which all is right but clamd."""
    with place() as one:
        yield one


@pytest.fixture(autouse=True)
def _loud_again() -> Iterator[None]:
    """The command silences the log of its process."""
    yield
    structlog.reset_defaults()


def states(here: Place) -> dict[str, str]:
    """Return what was looked at and its state."""
    return {one.what: one.state for one in examine(here.settings)}


def test_everything_that_mail_needs_is_looked_at(here: Place) -> None:
    """Only clamd is away; no certificate is a warning."""
    assert states(here) == {
        "settings": "ok",
        "name": "ok",
        "paths.spool": "ok",
        "paths.maildir": "ok",
        "paths.run": "ok",
        "store.folder": "ok",
        "store": "ok",
        "certificate": "warn",
        f"port {HOST}:{here.port}": "ok",
        f"port {HOST}:{here.monitor}": "ok",
        "clamd unix:/nonexistent/clamd.ctl": "fail",
        "policies": "ok",
        "next hop of example": "ok",
    }


def test_store_is_looked_at(here: Place) -> None:
    """One that is there and right, one without room, one that is broken."""
    here.add('[store]\nfree = "1GiB"\n')
    folder = here.folder / "var/store"
    folder.mkdir(parents=True)
    with stores.desk(load(here.settings, {})):
        pass

    assert states(here)["store"] == "ok"

    here.settings.write_text(here.settings.read_text().replace("1GiB", "900000GiB"))
    (folder / "postern.db").write_bytes(b"no database" * 1000)
    seen = states(here)

    assert (seen["store"], seen["store space"]) == ("fail", "warn")


def test_failure_is_shown_with_advice_and_exit_code(here: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """A row says what to do."""
    assert doctor(here.settings) == 1
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("fail"))

    assert "start clamd" in row


def test_nothing_is_made(here: Place) -> None:
    """A folder made by root would lock the gateway's user out."""
    list(examine(here.settings))

    assert sorted(path.name for path in here.folder.iterdir()) == ["policies", "postern.toml"]


def test_file_in_place_of_a_folder_is_a_failure(here: Place) -> None:
    """Told without making anything."""
    (here.folder / "thing").touch()
    here.add('[paths]\nspool = "thing/below"\n')

    assert states(here)["paths.spool"] == "fail"


def test_running_gateway_is_no_stranger_on_its_ports(here: Place) -> None:
    """The doctor is called while the gateway runs."""
    with here.serve() as running:
        running.wait_for("ready")
        found = {one.what: one.detail for one in examine(here.settings)}

    assert (found[f"port {HOST}:{here.port}"], found[f"port {HOST}:{here.monitor}"]) == ("Postern answers",) * 2


def test_other_program_on_a_port_is_a_failure(here: Place) -> None:
    """Another MTA listens there already."""
    with ScriptedHop({}, here.port):
        assert states(here)[f"port {HOST}:{here.port}"] == "fail"


@pytest.mark.parametrize(
    ("faults", "expected"), [({}, "ok"), ({"CONNECT": b"554 go away\r\n"}, "fail")], ids=["answers", "refuses"]
)
def test_next_hop_is_greeted(here: Place, faults: dict[str, bytes], expected: str) -> None:
    """As mail would do it."""
    with ScriptedHop(faults) as hop:
        text = here.tenant.read_text().replace("maildir:maildir/example.test", f"smtp://{HOST}:{hop.port}")
        here.tenant.write_text(text)

        assert states(here)["next hop of example"] == expected


def test_milter_door_is_looked_at(here: Place) -> None:
    """A socket that is free, or that we answer on; and the Postfix that asks there."""
    path = here.folder / "milter"
    text = here.settings.read_text().replace("[listen]\n", f'[listen]\nmilter = ["unix:{path}"]\n')
    here.settings.write_text(text)
    main_cf = here.folder / "main.cf"
    main_cf.write_text(f"smtpd_milters = unix:{path}\nmilter_default_action = accept\n")
    before = states(here)[f"port unix:{path}"]
    with here.serve() as running:
        running.wait_for("ready")
        found = {one.what: (one.state, one.detail) for one in examine(here.settings, main_cf)}

    assert (before, found[f"port unix:{path}"]) == ("ok", ("ok", "Postern answers"))
    assert found["milter_default_action"][0] == "fail"


def test_file_that_is_no_main_cf_is_a_failure(here: Place) -> None:
    """It is named."""
    found = {one.what: one.state for one in examine(here.settings, here.folder / "missing")}

    assert found["postfix"] == "fail"


def test_wrong_settings_are_all_that_is_told(here: Place) -> None:
    """Nothing else can be looked at without them."""
    here.add("[limits]\nsize = 5\n")
    found = list(examine(here.settings))

    assert [(one.state, one.what) for one in found] == [("fail", "settings")]
    assert f"{here.settings}:12: limits.size: " in found[0].detail


def test_broken_policies_are_told_line_by_line(here: Place) -> None:
    """With their places."""
    here.tenant.write_text("tenant: example\ndomains: [example.test]\nnext_hop: maildir:x\nallow: [pictures]\n")

    assert [
        one.detail.startswith(f"{here.tenant}:4:9") for one in examine(here.settings) if one.what == "policies"
    ] == [True]


@pytest.mark.parametrize(
    ("engine", "state"),
    [
        (f"ClamAV 1.4.6/27800/{time.asctime(time.gmtime())}", "ok"),
        ("ClamAV 1.4.6/27000/Mon Jan  1 10:00:00 2024", "warn"),
        ("ClamAV 1.4.6/27000/nonsense", "warn"),
        ("ClamAV 1.4.6", "warn"),
    ],
    ids=["fresh", "old", "odd", "none"],
)
def test_age_of_signatures_is_judged(engine: str, state: str) -> None:
    """Three days by default; a date that cannot be read is no fresh one."""
    found = signatures(ClamdState("unix:/x", engine), 3 * 86400.0)

    assert isinstance(found, Finding)
    assert found.state == state


def test_keys_for_seals_are_read(here: Place) -> None:
    """Without a readable key, changed mail waits or leaves unsealed."""
    settings = here.settings
    settings.write_text(settings.read_text() + '\n[arc]\ndomain = "a.example"\nkeys = ["s:gone.pem"]\n')
    (found,) = [one for one in examine(settings) if one.what == "arc.keys"]

    assert (found.state, "No such file" in found.detail) == ("fail", True)
