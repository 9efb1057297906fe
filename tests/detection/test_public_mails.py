"""The test mails of Python's own email package, where they are installed, through the whole gateway."""

import re
import sys
from pathlib import Path

import pytest

from tests.detection.case import Case, honest
from tests.detection.mails import attached
from tests.detection.measure import measure
from tests.detection.payloads import PE

FOLDERS = ("lib/python3*/test/test_email/data", "lib/python3*/test/test_email*/data")
_BARE = re.compile(rb"\r\n|\r|\n")
pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(300)]


def public_mails() -> list[Case]:
    """Return them as they would come by SMTP, with CR LF."""
    found = {path for folder in FOLDERS for path in Path(sys.base_prefix).glob(f"{folder}/msg_*.txt")}
    return honest("public mails", {path.name: _BARE.sub(b"\r\n", path.read_bytes()) for path in sorted(found)})


def test_public_mail_passes_unchanged_or_is_refused() -> None:
    """Nothing crashes or waits: a definite answer for each, and what is allowed arrives byte for byte."""
    plain = honest("public mails", {"one of our own": b"Subject: x\r\n\r\nHello\r\n"})
    program = honest("public mails", {"a program of our own": attached(PE, "application/x-exe", "a.exe")})
    found = measure([*public_mails(), *plain, *program])

    assert [one.case.id for one in found.values() if not (one.is_right or one.reply.startswith("5"))] == []
    assert found[plain[0].id].is_right
    assert not found[program[0].id].is_right
