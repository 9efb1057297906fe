"""`postern examine`: what is in a message, and what would become of it.

The message takes the same way as live mail: a confined child looks into it, clamd scans it where it answers,
the policy decides. Nothing is sent, kept or logged.
"""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.app import wiring
from gateway.app.config import ConfigError, find, load
from gateway.app.settings import Settings
from gateway.cli.examined import Examined, show
from gateway.cli.message import read_message
from gateway.cli.show import complain, silence_logs
from gateway.model.envelope import Envelope, Peer, Sender
from gateway.model.errors import GatewayError
from gateway.model.facts import Facts
from gateway.model.limits import Deadline
from gateway.model.policy import Policy
from gateway.model.policyset import PolicySet
from gateway.model.scan import ScanResult
from gateway.pipeline.scan import scan_all
from gateway.policy.decide import decide
from gateway.policy.explain import explain
from gateway.policy.source import PolicyErrors
from gateway.ports.inspection import Inspection
from gateway.ports.spool import Spool

_NOBODY = Envelope(Peer("127.0.0.1", 0), Sender(None), ())


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked on the command line."""

    file: Path
    tenant: str
    policies: Path | None
    config: Path | None
    as_json: bool


def examine(question: Question) -> int:
    """Show what is in the file and what would become of it; return the exit code."""
    return answer(question, lambda one, _, notes: show(str(question.file), one, notes, as_json=question.as_json))


def answer(question: Question, tell: Callable[[Examined, Policy, list[str]], None]) -> int:
    """Examine the file and tell what was found, or what stood in the way; return the exit code."""
    silence_logs()
    try:
        settings = load(find(question.config), os.environ)
        found = wiring.policies(question.policies or settings.paths.policies)
        policy = _policy(found, question.tenant)
        data, note = read_message(question.file)
        with TemporaryDirectory(prefix="postern-examine-") as folder:
            young = wiring.nursery(Path(folder))
            examined = asyncio.run(_Examination(settings, policy, Path(folder)).run(young, data))
    except (ConfigError, PolicyErrors) as error:
        return complain(tuple(map(str, error.problems)))
    except (LookupError, OSError, GatewayError) as error:
        return complain((f"{question.file}: {error}",))
    tell(examined, policy, [note] if note else [])
    return 0


def _policy(found: PolicySet, name: str) -> Policy:
    assert found.default is not None  # noqa: S101 - loaded sets have one
    tenants = {tenant.name: tenant.policy for tenant in found.tenants}
    policies = {"default": found.default, **tenants, **found.presets, **tenants}
    if name not in policies:
        raise LookupError(f'no tenant "{name}"; there are: {", ".join(policies)}')
    return policies[name]


class _Examination:
    """One message on the way of live mail, up to the verdict."""

    def __init__(self, settings: Settings, policy: Policy, folder: Path) -> None:
        self._settings = settings
        self._policy = policy
        self._folder = wiring.spools(folder)

    async def run(self, young: wiring.Nursery, data: bytes) -> Examined:
        limits = self._policy.limits
        raw = self._folder()
        raw.write(data)
        examiner = wiring.examiner(young, self._folder, 1)
        try:
            await examiner.start()
            inspection = await examiner.examine(raw, limits, Deadline(time.monotonic() + limits.seconds))
            scans, silence = await self._scan(inspection, raw)
        finally:
            await examiner.close()
        found = inspection.examination
        facts = Facts("examined", time.time(), _NOBODY, len(data), found.artifacts, found.findings, scans)
        verdict = decide(facts, self._policy)
        reply = explain(verdict, facts, self._policy) if verdict.stops else None
        return Examined(found.message, facts, verdict, reply, silence)

    async def _scan(self, inspection: Inspection, raw: Spool) -> tuple[tuple[ScanResult, ...], str]:
        """Scan with the first clamd that answers; else return no results, and why there are none."""
        clamav = wiring.scanner(self._settings, self._folder)
        try:
            states = await clamav.version()
            if not any(state.engine for state in states):
                return (), "; ".join(f"{state.address}: {state.error}" for state in states)
            until = Deadline(time.monotonic() + self._settings.limits.deadline)
            return await scan_all(inspection, raw, (clamav,), self._settings.clamav.raw_up_to, until), ""
        finally:
            clamav.close()
