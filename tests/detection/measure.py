"""Runs the set through a whole gateway with a real clamd and judges each outcome; `python -m tests.detection.measure`.

Hostile mail is caught when it was refused for good and nothing of it arrived; smuggling also when exactly one
message arrived, without a line end that another server could read as another end. Honest mail is intact when it
arrived byte for byte below the trace fields.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tests.detection.case import Case
from tests.detection.catalogue import all_cases
from tests.detection.sender import Sent, send_all
from tests.services.capture import Capture, Captured
from tests.services.clamd import running_clamd
from tests.services.gateway import Gateway
from tests.services.ports import HOST

_TRACE = re.compile(rb"(?:(?:Received|X-Postern-[\w-]+):[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)+")
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
TENANTS = {
    "example": "tenant: example\ndomains: [example.test]\nnext_hop: {next_hop}\n"
    "allow: [images, videos, pdf]\notherwise: reject\n",
    "studio": "tenant: studio\ndomains: [studio.test]\nnext_hop: {next_hop}\n"
    "allow: [images, videos, audio, pdf, office, text, csv, archives]\notherwise: reject\n",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case."""

    case: Case
    is_right: bool
    reply: str


def measure(cases: Iterable[Case]) -> dict[str, Outcome]:
    """Send the cases through a gateway of their own; outcomes by the id of the case."""
    with running_clamd() as clamd, Capture() as inbox:
        with Gateway.running(f"smtp://{HOST}:{inbox.port}", clamd.unix, tenants=TENANTS) as gateway:
            sent = send_all(gateway.port, cases)
        arrived: dict[str, list[Captured]] = {}
        for message in inbox.messages:
            arrived.setdefault(message.sender, []).append(message)
    expected = {one.sender for one in sent}
    strangers = [one for sender, found in arrived.items() if sender not in expected for one in found]
    return {one.case.id: Outcome(one.case, _is_right(one, arrived, strangers), one.reply) for one in sent}


def _is_right(sent: Sent, arrived: dict[str, list[Captured]], strangers: list[Captured]) -> bool:
    messages = arrived.get(sent.sender, [])
    if not sent.case.is_hostile:
        return sent.reply.startswith("250") and len(messages) == 1 and is_intact(sent.raw, messages[0].data)
    if not sent.case.is_wire:
        return sent.reply.startswith("5") and not messages
    smuggled = any(f"<{one.sender}>".encode() in sent.raw for one in strangers)
    whole = all(_BARE.search(one.data) is None for one in messages)
    return not smuggled and len(messages) <= 1 and whole


def is_intact(raw: bytes, data: bytes) -> bool:
    """Tell whether `data` is `raw` under trace fields."""
    return data.endswith(raw) and _TRACE.fullmatch(data[: len(data) - len(raw)]) is not None


def table(outcomes: Iterable[Outcome]) -> str:
    """Return caught and intact by class, as a Markdown table."""
    total: Counter[tuple[bool, str]] = Counter()
    right: Counter[tuple[bool, str]] = Counter()
    for one in outcomes:
        for group in (one.case.group, "all"):
            total[one.case.is_hostile, group] += 1
            right[one.case.is_hostile, group] += one.is_right
    lines = []
    for is_hostile, title in ((True, "hostile | caught"), (False, "honest | intact")):
        lines += [f"| {title} |", "| --- | --- |"]
        lines += [
            f"| {name} | {right[key]}/{count} |"
            for key, count in total.items()
            if (name := key[1]) and key[0] is is_hostile and name != "all"
        ]
        lines += [f"| **all** | **{right[is_hostile, 'all']}/{total[is_hostile, 'all']}** |", ""]
    return "\n".join(lines)


def main() -> int:
    """Print the table and every failure; with a word as argument only the cases whose id holds it."""
    words = sys.argv[1:]
    cases = [case for case in all_cases() if all(word in case.id for word in words)]
    found = measure(cases)
    outcomes = [found[case.id] for case in cases]
    failures = [one for one in outcomes if not one.is_right]
    print(table(outcomes))
    for one in failures:
        print(f"FAILED {one.case.id}\n       {one.reply}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
