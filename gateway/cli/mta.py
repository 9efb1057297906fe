"""What a Postfix that asks Postern as its milter is told to do when it gets no answer, read off its main.cf.

Reads main.cf, and master.cf beside it; asks no program, and resolves no tables.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from gateway.cli.show import Finding

_ASSIGNMENT = re.compile(r"([a-z0-9_]+)\s*=\s*(.*)", re.DOTALL)
_VARIABLE = re.compile(r"\$[({]?([a-z0-9_]+)[)}]?")
_OWN_ACTION = re.compile(r"default_action\s*=\s*(\w+)")
_OPTION = re.compile(r"-o\s+\{?\s*milter_default_action\s*=\s*(\w+)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_ADVICE = "set milter_default_action = tempfail"
_DANGER = (
    "accept: whenever Postern is down, or dies within a message, that mail passes unfiltered, also with what was about"
    " to be removed from it"
)
_ACTIONS = {
    "accept": ("fail", _DANGER, _ADVICE),
    "quarantine": ("warn", "quarantine: mail without a verdict is answered 250 and stays in the hold queue", _ADVICE),
    "reject": ("warn", "reject: mail is bounced for good whenever Postern is down", _ADVICE),
    "tempfail": ("ok", "tempfail", ""),
    "shutdown": ("ok", "shutdown", ""),
}


def remarks(main_cf: Path, deadline: float) -> Iterator[Finding]:
    """Look at every place that says what happens without a verdict; `deadline` is ours, in seconds.

    Raises OSError and UnicodeDecodeError where the file cannot be read.
    """
    settings = parse(main_cf.read_text("utf-8"))
    yield _action("milter_default_action", _value(settings, "milter_default_action") or "tempfail")
    milters = [_value(settings, name) for name in ("smtpd_milters", "non_smtpd_milters")]
    for action in _OWN_ACTION.findall(" ".join(milters)):
        yield _action("default_action of a milter", action)
    master = main_cf.with_name("master.cf")
    lines = master.read_text("utf-8").splitlines() if master.is_file() else []
    for action in _OPTION.findall("\n".join(line for line in lines if not line.lstrip().startswith("#"))):
        yield _action("milter_default_action in master.cf", action)
    if not any(milters):
        yield Finding(
            "warn", "smtpd_milters", "no milter is asked", "name Postern's socket; see deploy/postfix/milter.cf"
        )
    protocol = _value(settings, "milter_protocol") or "6"
    if protocol != "6":
        advice = "remove the line; without version 6 Postern sees header fields with other white space than they have"
        yield Finding("warn", "milter_protocol", protocol, advice)
    patience = _value(settings, "milter_content_timeout") or "300s"
    if (found := re.fullmatch(r"(\d+)([smhdw]?)", patience)) and int(found[1]) * _SECONDS[found[2]] <= deadline:
        advice = f"set it above Postern's limits.deadline, {deadline:g} s"
        yield Finding("warn", "milter_content_timeout", patience, advice)


def parse(text: str) -> dict[str, str]:
    """Return the settings of a main.cf: lines that begin with a blank go on, the last of a name counts."""
    logical = list[str]()
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0].isspace() and logical:
            logical[-1] += " " + line.strip()
        else:
            logical.append(line.strip())
    return {found[1]: found[2].strip() for line in logical if (found := _ASSIGNMENT.fullmatch(line))}


def _value(settings: dict[str, str], name: str) -> str:
    """Return a setting, with the settings that it names put in; a few levels are all that anybody uses."""
    value = settings.get(name, "")
    for _ in range(5):
        value = _VARIABLE.sub(lambda found: settings.get(found[1], ""), value)
    return value


def _action(what: str, word: str) -> Finding:
    unknown = ("fail", f"{word}: no action of Postfix", _ADVICE)
    state, detail, advice = _ACTIONS.get(word.lower(), unknown)
    return Finding(state, what, detail, advice)
