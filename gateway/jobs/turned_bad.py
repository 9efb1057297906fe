"""A hosted file in which a scanner found something: taken back at once, and everybody named who may have it.

The same content is taken back from every tenant whose policy does not take the finding for a mistake. Nothing here
says more than rows do: who was sent the file, and how often it was downloaded.
"""

from collections.abc import Callable, Sequence

from gateway.model.hosted import HostedFile
from gateway.model.policy import DAY, Policy
from gateway.model.scan import ScanResult
from gateway.policy.scanned import is_ignored
from gateway.ports.alarms import Alarm
from gateway.ports.hosting import HostedFiles, Which

_WHO = "rescan"
LOOK_BACK = 30 * DAY
"""Seconds in which those who got a file are named."""
_MOST = 10_000
"""Files of one content that are looked at."""
_TOLD = 1000
"""Recipients that an alarm names; `postern files list --digest` has all of them."""


def revoke(
    file: HostedFile,
    result: ScanResult,
    files: HostedFiles,
    policy_of: Callable[[str], Policy | None],
    now: float,
) -> Alarm | None:
    """Take a content back wherever it is; return whom to tell what, None where somebody was faster. Blocks."""
    why = f"malware: {result.signature}"
    known = files.list(Which(sha256=file.sha256), _MOST)
    tenants = sorted({one.tenant for one in (file, *known)})
    hit = [one for one in tenants if one == file.tenant or not _is_ignored(result, policy_of(one), now)]
    revoked = sum(files.revoke(Which(sha256=file.sha256, tenant=one), _WHO, why) for one in hit)
    return _alarm(file, result, [one for one in known if one.tenant in hit], revoked, now) if revoked else None


def _is_ignored(result: ScanResult, policy: Policy | None, now: float) -> bool:
    return policy is not None and is_ignored(result, now, policy)


def _alarm(file: HostedFile, result: ScanResult, known: Sequence[HostedFile], revoked: int, now: float) -> Alarm:
    recent = [one for one in known if one.created_at >= now - LOOK_BACK]
    recipients = sorted({to for one in recent for to in one.recipients})
    return Alarm(
        "hosted_malware",
        file.id,
        {
            "name": file.name,
            "sha256": file.sha256,
            "signature": result.signature,
            "engine": result.engine,
            "revoked": revoked,
            "downloads": sum(one.downloads for one in known),
            "domains": sorted({one.domain for one in known}),
            "senders": sorted({one.sender for one in recent})[:_TOLD],
            "tenants": sorted({one.tenant for one in recent}),
            "recipients": recipients[:_TOLD],
            "recipients_in_all": len(recipients),
        },
    )
