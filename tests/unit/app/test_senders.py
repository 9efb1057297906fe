"""Sender authentication put together from settings."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gateway.adapters.sandbox.nursery import Nursery
from gateway.adapters.sandbox.pool import SandboxedExaminer
from gateway.adapters.spool import SpoolFolder
from gateway.app import senders
from gateway.app.config import ConfigError, load
from gateway.app.settings import Settings
from gateway.model.authentication import AuthResult
from gateway.model.limits import Deadline
from tests.services.nsd import nsd
from tests.unit.adapters.sandbox.works import beside_tests, honest, spool_of
from tests.unit.adapters.test_authenticator import ENVELOPE
from tests.unit.app.running import ROOT
from tests.unit.authn.world import key, pem, signed

HEAVY = ("aiodns", "cffi", "dns", "publicsuffixlist", "spf")


def _settings(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "postern.toml"
    path.write_text(f'[server]\nhostname = "mx.example"\n{text}')
    return load(path, {})


def _children(folder: Path) -> SandboxedExaminer:
    return SandboxedExaminer(Nursery(honest, folder, beside_tests(), senders.errands), SpoolFolder(folder), children=1)


@pytest.mark.enable_socket
async def test_a_message_is_verified_with_real_children_and_a_real_name_server(tmp_path: Path) -> None:
    """From the settings to the results, nothing stands in."""
    half = len(key().record) // 2
    zone = (
        '@ IN TXT "v=spf1 ip4:192.0.2.0/24 -all"\n_dmarc IN TXT "v=DMARC1; p=reject"\n'
        f'sel._domainkey IN TXT "{key().record[:half]}" "{key().record[half:]}"'
    )
    with nsd(tmp_path, {"example.org": zone}) as server:
        checks = senders.checks(_settings(tmp_path, f'[authentication]\nresolver = ["{server}"]'), _children(tmp_path))
        assert checks is not None
        await checks._children.start()
        spool = spool_of(tmp_path, signed())
        try:
            found = await checks.verify(spool, ENVELOPE, Deadline(time.monotonic() + 60))
        finally:
            spool.close()
            await checks.close()
            await checks._children.close()

    assert [AuthResult.PASS] * 3 == [found.spf.result, found.dkim[0].result, found.dmarc.result]
    assert (1, 0) == (checks.verified, checks.undecided)
    assert checks.authserv_id == "mx.example"


async def test_what_is_switched_off_is_not_there(tmp_path: Path) -> None:
    """Neither verified nor sealed."""
    never = _settings(tmp_path, '[authentication]\ncheck = "never"\n[arc]\ndomain = "a.example"\nkeys = ["s:k.pem"]')
    children = _children(tmp_path)
    try:
        assert senders.checks(never, children) is None
        assert senders.sealer(never, children, None) is None
        assert senders.sealer(_settings(tmp_path, ""), children, senders.Checks(never, children)) is None
    finally:
        await children.close()


def test_keys_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """Selector, file and reason, for the doctor."""
    (tmp_path / "good.pem").write_bytes(pem("ed25519"))
    (tmp_path / "bad.pem").write_bytes(b"junk")
    settings = _settings(tmp_path, '[arc]\ndomain = "a.example"\nkeys = ["a:good.pem", "b:bad.pem", "c:gone.pem"]')

    assert [
        f"b:{tmp_path}/bad.pem: no private key in PEM, or an encrypted one",
        f"c:{tmp_path}/gone.pem: No such file or directory",
    ] == senders.key_problems(settings)


@pytest.mark.parametrize("keys", ['["s:k.pem"]', '["k.pem"]', '["-:k.pem"]'])
def test_keys_need_a_domain_and_a_selector(tmp_path: Path, keys: str) -> None:
    """A mistake names its line."""
    with pytest.raises(ConfigError):
        _settings(tmp_path, f"[arc]\nkeys = {keys}\n")


def test_workers_and_children_load_nothing_heavy_before_they_must() -> None:
    """Each megabyte counts once for each process."""
    code = (
        "import sys; from gateway.app import senders, wiring; "
        f"print(*sorted(set({HEAVY!r}) & {{name.partition('.')[0] for name in sys.modules}}))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert loaded == []


@pytest.mark.parametrize(
    ("check", "asks", "expected"),
    [
        ("needed", False, False),
        ("needed", True, True),
        ("always", False, True),
        ("never", True, False),
    ],
)
def test_what_every_child_needs_is_loaded_before_they_are_forked(
    tmp_path: Path, *, check: str, asks: bool, expected: bool
) -> None:
    """In a process of its own, as imports stay."""
    rule = "rules: [{id: wait, when: {auth: {spf: [temperror]}}, then: {action: defer, reason: auth_undecided}}]\n"
    shutil.copytree(ROOT / "policies", tmp_path / "policies", ignore=shutil.ignore_patterns("tenants"))
    (tmp_path / "policies/tenants").mkdir()
    (tmp_path / "policies/tenants/a.yaml").write_text(
        f"tenant: a\ndomains: [a.test]\nnext_hop: smtp://127.0.0.1:1\n{rule if asks else ''}"
    )
    _settings(tmp_path, f'[authentication]\ncheck = "{check}"')
    code = (
        "import sys; from pathlib import Path; from gateway.app import senders, wiring; "
        "from gateway.app.config import load; home = Path(sys.argv[1]); "
        "senders.preload(load(home / 'postern.toml', {}), wiring.policies(home / 'policies')); "
        "print('spf' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)

    assert str(expected) == done.stdout.strip()
