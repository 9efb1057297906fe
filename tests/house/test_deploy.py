"""The files for operators fit together, and fit the program, as far as that shows without running them."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.app.config import load
from tests.house.sources import ROOT

DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "systemd/postern.service"
DOCKERFILE = (DEPLOY / "docker/Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def keys_of(section: str) -> dict[str, str]:
    """Return a section of the unit; of a key that stands twice, the last."""
    text = UNIT.read_text().partition(f"[{section}]\n")[2].partition("\n[")[0]
    return dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))


def test_unit_waits_for_readiness_and_reloads() -> None:
    """The unit uses what the supervisor offers: sd_notify, SIGHUP, a drain on SIGTERM."""
    service = keys_of("Service")
    drain = load(None, {}).limits.drain

    assert service["Type"] == "notify"
    assert service["ExecReload"].endswith("kill -HUP $MAINPID")
    assert float(service["TimeoutStopSec"]) > drain


@pytest.mark.parametrize("name", sorted(path.name for path in (DEPLOY / "systemd").glob("*.service")))
def test_systemd_takes_the_unit(name: str, tmp_path: Path) -> None:
    """`systemd-analyze verify` has nothing to say, where there is a systemd."""
    analyze = shutil.which("systemd-analyze") or "true"
    unit = tmp_path / name
    unit.write_text((DEPLOY / "systemd" / name).read_text().replace("/opt/postern/.venv/bin/postern", "/bin/true"))
    outcome = subprocess.run([analyze, "verify", "--man=no", unit], capture_output=True, text=True, check=False)

    assert (outcome.returncode, outcome.stderr) == (0, "")


def test_every_service_has_an_image_with_a_health_check() -> None:
    """Each service is a target of the Dockerfile, and each target says how it is."""
    stages = dict(re.findall(r"^FROM \S+ AS (\w+)\n(.*?)(?=^FROM|\Z)", DOCKERFILE, re.MULTILINE | re.DOTALL))
    targets = {one["build"]["target"] for one in SERVICES.values()}

    assert targets <= set(stages)
    assert [name for name in sorted(targets) if "HEALTHCHECK" not in stages[name]] == []


def test_everything_that_images_copy_exists() -> None:
    """Each COPY names a file of the project that .dockerignore does not hide."""
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    hidden = (ROOT / ".dockerignore").read_text().split()
    sources = [source for copy in copies for source in copy.split()]

    assert [source for source in sources if not (ROOT / source).exists() or source in hidden] == []


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_service_names_only_what_exists(name: str) -> None:
    """Services, volumes, networks and files that a service refers to are there."""
    service = SERVICES[name]
    sources = [volume.split(":")[0] for volume in service.get("volumes", [])]
    files = [source for source in sources if source.startswith(".")]

    assert set(service.get("depends_on", {})) <= set(SERVICES)
    assert {source for source in sources if not source.startswith(".")} <= set(COMPOSE["volumes"])
    assert set(service["networks"]) <= set(COMPOSE["networks"])
    assert [one for one in files if not (ROOT / one).is_file()] == []


def test_services_start_in_order_of_the_path() -> None:
    """The front waits for the gateway, the gateway for clamd and the Postfix behind it."""
    waits = {name: sorted(service.get("depends_on", {})) for name, service in SERVICES.items()}

    expected = {"front": ["gateway"], "gateway": ["behind", "clamd"], "clamd": [], "behind": []}
    expected |= {"files": ["gateway"], "jobs": ["gateway"]}

    assert expected == waits


@pytest.mark.parametrize("name", ["front", "behind"])
def test_postfix_knows_every_setting_of_the_compose_file(name: str, tmp_path: Path) -> None:
    """`postconf` warns of parameters that nothing uses."""
    (tmp_path / "main.cf").write_text("".join(f"{line}\n" for line in SERVICES[name]["command"]))
    (tmp_path / "master.cf").write_text("smtp inet n - n - - smtpd\n")
    outcome = subprocess.run(["postconf", "-c", tmp_path, "-n"], capture_output=True, text=True, check=False)

    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert len(SERVICES[name]["command"]) == len(outcome.stdout.splitlines()) - 1  # config_directory comes with -c


def test_settings_of_the_image_are_taken() -> None:
    """The gateway reads deploy/docker/postern.toml without a complaint, and listens beyond loopback."""
    settings = load(DEPLOY / "docker/postern.toml", {})

    assert "0.0.0.0:2525" in str(settings.listen.smtp[0])
    assert SERVICES["gateway"]["stop_grace_period"] == "60s"
    assert settings.limits.drain < 60


def test_sizes_agree_along_the_path() -> None:
    """The Postfix in front takes what the gateway takes, and nothing larger."""
    size = str(load(None, {}).limits.size)
    before_queue = (DEPLOY / "postfix/before-queue.main.cf").read_text()

    assert f"message_size_limit={size}" in SERVICES["front"]["command"]
    assert f"message_size_limit = {size}" in before_queue
