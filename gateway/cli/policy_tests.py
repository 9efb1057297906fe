"""The `tests` that policy files hold: samples, and what must become of each.

A sample takes the way of live mail, through a confined child; no scanner is asked, so that the result is the
same everywhere and every day.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import closing
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.app import wiring
from gateway.cli.message import read_message
from gateway.model.envelope import Envelope, Peer, Sender
from gateway.model.errors import GatewayError
from gateway.model.facts import Facts
from gateway.model.limits import Deadline
from gateway.model.policyset import PolicyTest
from gateway.policy.decide import decide
from gateway.policy.source import Problem
from gateway.ports.inspection import Examiner

_NOBODY = Envelope(Peer("127.0.0.1", 0), Sender(None), ())


def failing(tests: Sequence[PolicyTest], folder: Path) -> list[Problem]:
    """Run the tests of a policy folder; return a problem for each that fails."""
    if not tests:
        return []
    with TemporaryDirectory(prefix="postern-lint-") as scratch:
        return asyncio.run(_Trial(folder, Path(scratch)).run(tests))


class _Trial:
    def __init__(self, folder: Path, scratch: Path) -> None:
        self._folder = folder
        self._young = wiring.nursery(scratch)
        self._spools = wiring.spools(scratch)

    async def run(self, tests: Sequence[PolicyTest]) -> list[Problem]:
        examiner = wiring.examiner(self._young, self._spools, 1)
        try:
            await examiner.start()
            said = [await self._try(one, examiner) for one in tests]
        finally:
            await examiner.close()
        return [
            Problem(one.origin.file, one.origin.line, one.origin.column, f'the test "{one.name}" fails: {text}')
            for one, text in zip(tests, said, strict=True)
            if text
        ]

    async def _try(self, test: PolicyTest, examiner: Examiner) -> str:
        """Say what became of a sample that should have become something else; nothing where all is right."""
        try:
            data = _message(self._folder / test.file)
            with closing(self._spools()) as raw:
                raw.write(data)
                until = Deadline(time.monotonic() + test.policy.limits.seconds)
                inspection = await examiner.examine(raw, test.policy.limits, until)
        except OSError as error:
            return f"{test.file} cannot be read: {error.strerror}"
        except GatewayError as error:
            return str(error)
        inspection.scratch.close()
        found = inspection.examination
        verdict = decide(
            Facts("test", time.time(), _NOBODY, len(data), found.artifacts, found.findings, ()), test.policy
        )
        reasons = {one.reason for one in verdict.judgements if one.action is verdict.action} - {""}
        if verdict.action.word == test.expect and (not test.reason or test.reason in reasons):
            return ""
        wanted = " ".join(filter(None, (test.expect, test.reason)))
        return f"expected {wanted}, not {verdict.action.word} {', '.join(sorted(reasons))}".rstrip()


def _message(path: Path) -> bytes:
    """Return a message as it would arrive: the sample itself, or one that carries it without naming its type."""
    if path.suffix == ".eml":
        return read_message(path)[0]
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = "sender@localhost.localdomain", f"The sample {path.name}"
    message.set_content("A sample is attached.\n")
    message.add_attachment(path.read_bytes(), maintype="application", subtype="octet-stream", filename=path.name)
    return message.as_bytes()
