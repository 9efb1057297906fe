"""`make run` shows a newcomer what the gateway does."""

import re
import subprocess
import sys
from pathlib import Path

from tests.services.ports import free_ports

ROOT = Path(__file__).parents[2]

EXPECTED = {
    "a PDF": "250 2.0.0",
    "a photo": "250 2.0.0",
    "a video": "250 2.0.0",
    "a program": "550 5.7.1 executable",
    "a program named .pdf": "550 5.7.1 disguised",
    "a zip with a script": "550 5.7.1 executable",
    "EICAR, a harmless test virus": "554 5.7.0 malware",
    "a forwarded mail with a program": "550 5.7.1 executable",
}


def test_sample_mails_get_what_the_policy_says(tmp_path: Path) -> None:
    """Every sample has its line with the reply; three of them lie in the Maildir; everything has ended."""
    port, monitor = free_ports(2)
    command = [sys.executable, "-m", "deploy.demo.run", "--once", "--port", str(port), "--monitor", str(monitor)]
    outcome = subprocess.run(
        [*command, "--folder", tmp_path / "demo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "COLUMNS": "250"},
    )
    rows = [re.split(r"\s*│\s*", line)[1:-1] for line in outcome.stdout.splitlines() if line.startswith("│")]
    got = {title: reply for title, reply, _ in rows if title}
    arrived = [path for path in (tmp_path / "demo").rglob("new/*") if path.is_file()]

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert got == EXPECTED
    assert len(arrived) == 3
