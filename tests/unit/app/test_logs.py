"""How log lines look; each case in a process of its own, because logging is set up once."""

import json
import os
import pty
import re
import subprocess
import sys

from tests.unit.app.running import ROOT

SCRIPT = """
import logging, sys, structlog
from gateway.app import logs
from gateway.app.settings import Log

logs.set_up(Log(format=sys.argv[1], level=sys.argv[2]))
logs.name_process("worker-1")
log = structlog.get_logger()
log.debug("quiet")
rows = [{"where": "1", "none": ""}]
log.info("message", name="a\\x1b[2J\\nb", broken="\\udce9", rows=rows, empty="", ms={"scan": 1.25})
logging.getLogger("asyncio").warning("from %s", "a library")
logging.getLogger("mail.log").info("every command")
try:
    raise ValueError("boom")
except ValueError:
    log.exception("unforeseen")
"""


def written(form: str, level: str = "info", **environ: str) -> list[bytes]:
    """Return the lines that a process writes."""
    command = [sys.executable, "-c", SCRIPT, form, level]
    return subprocess.run(command, capture_output=True, check=True, env=os.environ | environ).stdout.splitlines()


def test_json_is_one_object_a_line_with_time_level_and_process() -> None:
    """Also for lines of libraries, for exceptions, and for names that are no Unicode."""
    lines = [json.loads(line) for line in written("json")]

    assert [(line["level"], line["event"], line["process"]) for line in lines] == [
        ("info", "message", "worker-1"),
        ("warning", "library", "worker-1"),
        ("error", "unforeseen", "worker-1"),
    ]
    assert (lines[0]["name"], lines[0]["broken"]) == ("a\x1b[2J\nb", "\\udce9")
    assert lines[1]["text"] == "from a library"
    assert lines[2]["exception"].endswith("ValueError: boom")


def test_pretty_lines_hold_no_control_characters_of_others() -> None:
    """Escapes are shown, empty fields left out, rows put below."""
    lines = written("pretty", NO_COLOR="1")

    assert lines[0][9:] == rb"info    message name=a\x1b[2J\nb broken=\udce9 ms=scan=1.25 process=worker-1"
    assert lines[1] == b"    rows where=1"
    assert all(line.decode().isprintable() for line in lines)


def test_level_leaves_milder_lines_out() -> None:
    """From warning upwards."""
    assert [json.loads(line)["event"] for line in written("json", "warning")] == ["library", "unforeseen"]


def test_auto_is_pretty_on_a_terminal_and_json_in_a_pipe() -> None:
    """Nobody has to choose."""
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", SCRIPT, "auto", "info"], stdout=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 65536)
    os.close(ours)

    assert b"\x1b[32minfo" in shown
    assert json.loads(written("auto")[0])["event"] == "message"


def test_reader_that_has_gone_is_no_error() -> None:
    """A closed pipe costs lines, which are counted; the process goes on."""
    script = SCRIPT + "\nimport os; os.write(2, str(logs.lines.lost).encode())"
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", script, "json", "info"], stdout=writing, stderr=subprocess.PIPE, check=True
    )
    os.close(writing)

    assert done.stderr == b"3"


def test_every_event_is_documented() -> None:
    """Whoever reads a log finds its words in docs/operating.md."""
    page = (ROOT / "docs/operating.md").read_text()
    sources = "\n".join(path.read_text() for path in (ROOT / "gateway").rglob("*.py"))
    events = set(re.findall(r"\blog\.\w+\(\s*\"(\w+)\"", sources))

    assert {event for event in events if f"`{event}`" not in page and f'"{event}"' not in page} == set()
