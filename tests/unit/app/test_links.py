"""Rewriting of links put together: a real child finds them, and nobody else loads what reads pages."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gateway.adapters.links import SandboxedFinder
from gateway.adapters.sandbox.nursery import Nursery
from gateway.adapters.sandbox.pool import SandboxedExaminer
from gateway.adapters.spool import SpoolFolder
from gateway.app import links
from gateway.authn.errands import Errand
from gateway.model.limits import Deadline, Limits
from gateway.model.links import LinkHost, Linking
from tests.unit.adapters.sandbox.works import beside_tests, honest, spool_of
from tests.unit.app.running import ROOT

MAIL = b"Subject: x\r\n\r\nsee https://files.old.example/a and <https://files.old.example/b>\r\n"


async def test_links_are_found_by_a_real_child(tmp_path: Path) -> None:
    """In its jail, from the bytes of the spool."""
    children = SandboxedExaminer(Nursery(honest, tmp_path, beside_tests(), links.errands), SpoolFolder(tmp_path))
    await children.start()
    spool = spool_of(tmp_path, MAIL)
    try:
        finder = SandboxedFinder(children.errands)
        found = await finder.find(spool, Linking((LinkHost("files.old.example"),)), Deadline(time.monotonic() + 60))
    finally:
        spool.close()
        await children.close()

    assert found is not None
    assert ["https://files.old.example/a", "https://files.old.example/b"] == [
        one.target for slot in found.slots for one in slot.pieces
    ]


def test_other_errands_are_done_as_before() -> None:
    """Only links are for this house."""
    with pytest.raises(ValueError, match="an errand for nothing"):
        links.errands(b"", Limits(), Errand())


@pytest.mark.parametrize("section", ["", "links: {hosts: [{from: files.old.example}]}\n"])
def test_what_reads_pages_is_loaded_only_where_hosts_are_named(tmp_path: Path, section: str) -> None:
    """Nobody else spends two MiB; in a process of its own, as imports stay."""
    shutil.copytree(ROOT / "policies", tmp_path / "policies", ignore=shutil.ignore_patterns("tenants"))
    (tmp_path / "policies/tenants").mkdir()
    (tmp_path / "policies/tenants/a.yaml").write_text(
        f"tenant: a\ndomains: [a.test]\nnext_hop: smtp://127.0.0.1:1\n{section}"
    )
    code = (
        "import sys; from pathlib import Path; from gateway.app import links, wiring; "
        "links.preload(wiring.policies(Path(sys.argv[1]))); print('can_ada' in sys.modules)"
    )
    home = tmp_path / "policies"
    done = subprocess.run([sys.executable, "-c", code, home], capture_output=True, text=True, check=True)

    assert str(bool(section)) == done.stdout.strip()
