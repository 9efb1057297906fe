"""Settings reach the parts that they are meant for."""

import base64
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.app import wiring
from gateway.app.config import load
from gateway.app.metrics import Metrics
from gateway.app.outcomes import OutcomeLog
from gateway.app.records import RecordLog
from gateway.model.limits import Limits
from gateway.unpack.store import MemoryStore
from tests.unit.app.running import ROOT
from tests.unit.app.serving import place

pytestmark = pytest.mark.enable_socket

LIMITS = """
[limits]
size = "1KiB"
connections = 2
per_client = 3
recipients = 104
in_flight = "5KiB"
command = "6s"
chunk = "7s"
ask = "8s"
deadline = "9s"
hops = 10
postmaster = "root@example.test"
"""


def test_every_limit_reaches_the_door(tmp_path: Path) -> None:
    """None is a setting without effect; drain is the worker's own."""
    path = tmp_path / "postern.toml"
    path.write_text(LIMITS)
    settings = load(path, {})
    given = set(settings.limits.model_dump(exclude={"drain", "bare_line_ends"}).values())
    door = wiring.door_settings(settings)

    assert given <= {getattr(door, name) for name in door.__slots__}


def test_who_is_trusted_and_what_is_normalised_reaches_the_door(tmp_path: Path) -> None:
    """Nobody and nothing, unless the file says so."""
    path = tmp_path / "postern.toml"
    path.write_text(
        '[listen]\nproxies = ["192.0.2.1"]\ntrusted = ["2001:db8::/32", "127.0.0.0/8"]\n'
        '[relay]\ndsn = true\n[limits]\nbare_line_ends = "normalise"\n'
    )
    said, plain = wiring.door_settings(load(path, {})), wiring.door_settings(load(None, {}))

    assert (said.is_proxy("192.0.2.1"), said.trusts("2001:db8::7"), said.trusts("127.0.0.1")) == (True, True, True)
    assert (said.is_proxy("192.0.2.2"), said.trusts("192.0.2.1"), said.trusts("")) == (False, False, False)
    assert (said.dsn, said.normalises, plain.dsn, plain.normalises) == (True, True, False, False)
    assert (plain.proxies, plain.trusted) == ((), ())


async def test_parts_of_a_worker_can_be_read_and_given_back() -> None:
    """Every gauge has a value from the first moment on."""
    with place() as here:
        settings = load(here.settings, {})
        young = wiring.nursery(settings.paths.spool)
        policies = wiring.policies(settings.paths.policies)
        parts = wiring.parts(
            settings, young, lambda: policies, RecordLog(Metrics(), OutcomeLog(settings.paths.outcomes)), here.folder
        )
        await parts.examiner.start()
        values = {name: read() for name, (_, read) in parts.readings().items()}
        await parts.close()

    assert values.pop("children") == 1
    assert [name for name, value in values.items() if value] == []


def test_message_is_looked_into_with_libmagic() -> None:
    """The sniffing that children do works in this process too."""
    picture = base64.encodebytes((ROOT / "tests/samples/picture.png").read_bytes()).replace(b"\n", b"\r\n")
    data = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + picture
    found = wiring.looking()(data, Limits(), MemoryStore())  # type: ignore[arg-type]

    assert [one.detected for one in found.artifacts] == ["image/png"]


async def test_every_metric_is_documented() -> None:
    """Counters of messages and what is read off the parts alike."""
    with place() as here:
        settings = load(here.settings, {})
        young = wiring.nursery(settings.paths.spool)
        metrics = Metrics()
        log = RecordLog(metrics, OutcomeLog(settings.paths.outcomes))
        parts = wiring.parts(settings, young, lambda: None, log, here.folder)  # type: ignore[arg-type, return-value]
        metrics.read(parts.readings())
        await parts.close()
    families = text_string_to_metric_families(metrics.exposition().decode())
    page = (ROOT / "docs/operating.md").read_text()

    assert [one.name for one in families if f"`{one.name}`" not in page and f"`{one.name}_total`" not in page] == []
