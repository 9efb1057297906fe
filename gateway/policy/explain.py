"""A verdict in words: the SMTP reply for the sender.

Names, signatures and details come from the message, so everything is cleaned and bounded here: a reply
line never exceeds 512 octets, holds no control characters, and is ASCII unless SMTPUTF8 is in use.
"""

from urllib.parse import quote

from gateway.model import reply as catalogue
from gateway.model.facts import Facts
from gateway.model.policy import Action, Policy
from gateway.model.reply import CATALOGUE, UNFORESEEN, Cause, Reply
from gateway.model.verdict import Judgement, Verdict
from gateway.policy.decide import WHOLE
from gateway.policy.names import shown

LINE_OCTETS = 500
"""RFC 5321 section 4.5.3.1.5 gives a reply line 512 octets; the codes and CRLF take 12."""
MAX_PARTS = 5
"""Parts that a reply names."""
CAUSES = {cause.word: cause for cause in CATALOGUE} | {"too_big": catalogue.TOO_BIG_RECIPIENT}
"""What a judgement's reason says to the sender; the size that decide() knows is the recipient's."""


def explain(verdict: Verdict, facts: Facts, policy: Policy) -> Reply:
    """Return the reply for a message that is not relayed; a verdict that lets it pass has none, and gets 451."""
    if verdict.action is Action.QUARANTINE:
        cause = catalogue.HELD if policy.replies.show_held else catalogue.TAKEN
        return cause.reply(f"id={shown(facts.id)}")
    deciding = verdict.deciding if verdict.stops else ()
    cause = CAUSES.get(deciding[0].reason, UNFORESEEN) if deciding else UNFORESEEN
    pieces = [f"{cause.word}: {cause.text};"]
    for number, one in enumerate(deciding[:MAX_PARTS]):
        about = _about(one, policy, utf8=facts.envelope.smtputf8)
        pieces.append(f"\n{one.reason}: {about}" if number else about)
    if len(deciding) > MAX_PARTS:
        pieces.append(f"\nand {len(deciding) - MAX_PARTS} more")
    pieces.append(f"id={shown(facts.id)}")
    if policy.replies.help_url:
        pieces.append(help_link(policy.replies.help_url, cause.word, facts.id))
    return Reply(_code(verdict.action, cause), cause.detail, _lines(pieces))


def _code(action: Action, cause: Cause) -> int:
    """Take the catalogue's code; a policy that defers what others refuse says so with 451."""
    return 451 if action is Action.DEFER and cause.code >= 500 else cause.code


def _about(one: Judgement, policy: Policy, *, utf8: bool) -> str:
    """Name the part, what it was found to be and the rule."""
    place = "" if one.where == WHOLE else one.where.partition("/")[0]
    name = shown(one.name, utf8=utf8) if policy.replies.show_file_name else ""
    hides_found = one.reason == "malware" and not policy.replies.show_virus_name
    facts = (
        f'part="{part}"' if (part := name or shown(place, utf8=utf8)) else "",
        "" if hides_found or not one.found else f"found={_word(one.found)}",
        f"rule={_word(one.rule)}",
    )
    return " ".join(filter(None, facts))


def _word(text: str) -> str:
    return shown(text).replace(" ", "_")


def help_link(template: str, reason: str, message_id: str) -> str:
    """Fill in the address of the page that helps."""
    return template.replace("{reason}", quote(reason, "")).replace("{id}", quote(shown(message_id), ""))


def _lines(pieces: list[str]) -> tuple[str, ...]:
    """Join pieces with spaces into lines that fit; a piece that starts with a line end opens a new line."""
    lines: list[str] = []
    for piece in pieces:
        text = piece.removeprefix("\n")
        joined = f"{lines[-1]} {text}" if lines else text
        if lines and not piece.startswith("\n") and len(joined.encode()) <= LINE_OCTETS:
            lines[-1] = joined
        else:
            lines.append(text)
    return tuple(lines)
