"""To which content a verdict is booked."""

import hashlib
import time
from pathlib import Path

import pytest

from gateway.adapters.clamav import ClamAV
from gateway.adapters.spool import SpoolFolder
from gateway.model.limits import Deadline
from gateway.model.span import Span
from gateway.ports.inspection import Scannable
from tests.services.clamd import Clamd


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (100, [False, False, False, True, True]),
        (100_000, [False, False, False, False, True]),
        (300_000, [False] * 4 + [True]),
    ],
    ids=["small", "large", "in a thread"],
)
async def test_verdict_is_not_booked_to_a_digest_of_other_content(
    tmp_path: Path, clamd: Clamd, size: int, expected: list[bool]
) -> None:
    """A child that was taken over could have its own file's verdict given to everybody's.

    That of a large file is booked when it comes for the second time.
    """
    spool = SpoolFolder(tmp_path)()
    spool.write(b"x" * size)
    true = hashlib.sha256(b"x" * size).hexdigest()
    asked = [Scannable("1", digest, spool, Span(0, size)) for digest in ("0" * 64, "0" * 64, true, true, true)]
    clamav = ClamAV([clamd.unix], SpoolFolder(tmp_path / "spool"))

    cached = [(await clamav.scan([one], Deadline(time.monotonic() + 20)))[0].cached for one in asked]

    assert expected == cached
    clamav.close()
    spool.close()


async def test_no_verdict_is_kept_about_what_has_no_digest(tmp_path: Path, clamd: Clamd) -> None:
    """A message as a whole is like no other."""
    spool = SpoolFolder(tmp_path)()
    spool.write(b"x" * 100)
    clamav = ClamAV([clamd.unix], SpoolFolder(tmp_path / "spool"))
    whole = Scannable("message", "", spool, Span(0, 100))

    cached = [(await clamav.scan([whole], Deadline(time.monotonic() + 20)))[0].cached for _ in range(3)]

    assert cached == [False, False, False]
    clamav.close()
    spool.close()
