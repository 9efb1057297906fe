"""The pages and files that are made from code: replies, findings, settings.

`python -m tests.house.tables` writes them; test_tables.py checks that they are up to date.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from gateway.app import reference
from gateway.model.finding import FindingKind, Gravity
from gateway.model.reply import CATALOGUE, Cause
from gateway.policy.schema import schema

DOCS = Path(__file__).parents[2] / "docs"

REPLIES = """\
# The replies

Made from `gateway/model/reply.py` by `make docs`; do not edit by hand.

One cause, one code pair, one word. A refusal is 5xx only for what the sender can cure or must know;
whatever is our fault, or in doubt, is 4xx, and the sender tries again. A positive answer to a message
is the next hop's own, unless the message is held, or held for some of its recipients, and on durable storage; and so is
its refusal: Postern never improves either. The word at the beginning of the text is stable; the sentence behind it may
change.

```
550 5.7.1 disguised: a file is not what its name or label says; …; part="report.pdf" found=… rule=… id=…
```

The reasons that carry `part`, `found` and `rule` come from the policy; several parts make several lines.

{table}
"""

FINDINGS = """\
# The findings

Made from `gateway/model/finding.py` by `make docs`; do not edit by hand.

Everything noticed about a message, and everything that could not be learned, is a finding: it stands in
the log line and in `postern examine`. A finding has no effect of its own. Its gravity says which rule of
the policy decides.

{gravities}

{table}
"""

GRAVITIES: dict[Gravity, str] = {
    Gravity.HARMLESS: "odd, but every reader sees the same: logged, delivered",
    Gravity.AMBIGUOUS: "two readers could see different messages: `message.ambiguous_mime` of the policy",
    Gravity.MALFORMED: "not a message that may be relayed: refused",
    Gravity.TOO_COMPLEX: "a bound was reached before everything was seen: `message.over_limit`",
    Gravity.UNREADABLE: "a container or format could not be opened to its end: never allowed",
    Gravity.ENCRYPTED: "locked content that nobody here can judge: never allowed",
    Gravity.MACROS: "macro code in a document: never allowed",
    Gravity.ACTIVE: "script or launch actions in a format that should have none: never allowed",
    Gravity.DISGUISE: "two things at once, or not what its place says: never allowed",
    Gravity.ENGINE: "something of ours failed: `scanning.when_down`, by default 451 and another try",
}


def replies() -> str:
    """Return docs/replies.md."""
    rows = [(f"`{one.word}`", _codes(one), one.text) for one in sorted(CATALOGUE, key=_reply_order)]
    return REPLIES.format(table=_table(("word", "reply", "what, and what to do"), rows))


def findings() -> str:
    """Return docs/findings.md."""
    gravities = [(f"`{gravity}`", sentence) for gravity, sentence in GRAVITIES.items()]
    rows = [(f"`{kind}`", f"`{kind.gravity}`", kind.sentence) for kind in FindingKind]
    return FINDINGS.format(
        gravities=_table(("gravity", "means"), gravities), table=_table(("finding", "gravity", "means"), rows)
    )


TABLES: dict[str, Callable[[], str]] = {
    "replies.md": replies,
    "findings.md": findings,
    "configuration.md": reference.page,
    "../deploy/postern.toml": reference.example,
    "../policies/schema.json": lambda: json.dumps(schema(), indent=2) + "\n",
}


def _reply_order(cause: Cause) -> tuple[bool, int, str]:
    return (cause.code < 500, cause.code, cause.word)


def _codes(cause: Cause) -> str:
    return f"{cause.code} {cause.code // 100}.{cause.detail}"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    for name, text in TABLES.items():
        (DOCS / name).write_text(text())
