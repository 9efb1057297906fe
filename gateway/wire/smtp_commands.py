"""What the next hop offers, and our MAIL and RCPT commands written for it.

Nothing that a client sent reaches a command line as it came: addresses and parameters are checked against
their grammar and written anew; a parameter that does not fit its grammar, or that the hop does not offer, is
left out. DSN parameters (RFC 3461) are refused by the door where the hop has no DSN: a relay would then mail a
"relayed" report (section 5.2.2), but this gateway makes no mail of its own.
"""

import re
from dataclasses import dataclass
from re import Pattern

from gateway.model.envelope import Envelope, Option, Recipient, Sender
from gateway.model.reply import Reply

MAX_PATH = 512
"""Octets; RFC 5321 section 4.5.3.1.3 says 256, and real bounce addresses are longer."""

_ABOVE_ASCII = "\u00a0-\u2027\u202a-\ud7ff\ue000-\U0010ffff"
_LOCAL = rf"[A-Za-z0-9!#$%&'*+\-/=?^_`{{|}}~.{_ABOVE_ASCII}]+"
_QUOTED = rf'"(?:[ !#-\[\]-~{_ABOVE_ASCII}]|\\[ -~])*"'
_DOMAIN = rf"(?:[A-Za-z0-9._\-{_ABOVE_ASCII}]+|\[[A-Za-z0-9:.\-]+\])"
_ADDRESS = re.compile(rf"(?:{_LOCAL}|{_QUOTED})@{_DOMAIN}|postmaster", re.IGNORECASE)

_XTEXT = r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})+"
_REPORT = "(?:SUCCESS|FAILURE|DELAY)"
_MAIL_DSN: dict[str, tuple[int, Pattern[str]]] = {
    "RET": (4, re.compile("FULL|HDRS", re.IGNORECASE)),
    "ENVID": (100, re.compile(_XTEXT)),
}
_RCPT_DSN: dict[str, tuple[int, Pattern[str]]] = {
    "NOTIFY": (28, re.compile(f"NEVER|{_REPORT}(?:,{_REPORT})*", re.IGNORECASE)),
    "ORCPT": (500, re.compile(rf"[A-Za-z0-9.\-]+;{_XTEXT}")),
}


def is_dsn(option: Option, *, of_sender: bool) -> bool:
    """Tell whether this is a DSN parameter (RFC 3461 section 4) that may be passed on."""
    longest, grammar = (_MAIL_DSN if of_sender else _RCPT_DSN).get(option.keyword, (0, None))
    return bool(grammar and option.value and len(option.value) <= longest and grammar.fullmatch(option.value))


class BadPath(ValueError):
    """The address cannot be written as a path."""


@dataclass(frozen=True, slots=True)
class Extensions:
    """What EHLO or LHLO announced, as far as we make use of it."""

    pipelining: bool = False
    starttls: bool = False
    size: bool = False
    size_limit: int | None = None
    """None where no fixed limit is announced (RFC 1870 section 4)."""
    body8bit: bool = False
    smtputf8: bool = False
    dsn: bool = False

    @classmethod
    def of(cls, reply: Reply) -> "Extensions":
        """Read a positive reply to EHLO."""
        offered: dict[str, str] = {}
        for line in reply.lines[1:]:
            keyword, _, parameter = line.strip().partition(" ")
            offered.setdefault(keyword.upper(), parameter.strip())
        limit = offered.get("SIZE", "")
        return cls(
            pipelining="PIPELINING" in offered,
            starttls="STARTTLS" in offered,
            size="SIZE" in offered,
            size_limit=(int(limit) or None) if re.fullmatch(r"[0-9]{1,20}", limit) else None,
            body8bit="8BITMIME" in offered,
            smtputf8="SMTPUTF8" in offered,
            dsn="DSN" in offered,
        )


def path(address: str | None) -> str:
    """Write `address` as `<local@domain>`, None as the null path. Raises `BadPath`."""
    if address is None:
        return "<>"
    if len(address) > MAX_PATH or not _ADDRESS.fullmatch(address) or len(address.encode()) > MAX_PATH:
        raise BadPath("not a mailbox (RFC 5321 section 4.1.2)")
    return f"<{address}>"


def needs_smtputf8(sender: Sender, envelope: Envelope) -> bool:
    """Tell whether MAIL must say SMTPUTF8 (RFC 6531 section 3.4)."""
    return envelope.smtputf8 or not (sender.address or "").isascii()


def mail(sender: Sender, envelope: Envelope, size: int | None, offered: Extensions) -> bytes:
    """Write MAIL. Raises `BadPath`.

    BODY=8BITMIME goes to every hop that takes it: what the client's message holds is not known yet.
    """
    words = [f"MAIL FROM:{path(sender.address)}"]
    if offered.size and size is not None:
        words.append(f"SIZE={size}")
    if offered.body8bit:
        words.append("BODY=8BITMIME")
    if offered.smtputf8 and needs_smtputf8(sender, envelope):
        words.append("SMTPUTF8")
    if offered.dsn:
        words.extend(str(option) for option in sender.options if is_dsn(option, of_sender=True))
    return _line(words)


def rcpt(recipient: Recipient, offered: Extensions) -> bytes:
    """Write RCPT. Raises `BadPath`."""
    words = [f"RCPT TO:{path(recipient.address)}"]
    if offered.dsn:
        words.extend(str(option) for option in recipient.options if is_dsn(option, of_sender=False))
    return _line(words)


def _line(words: list[str]) -> bytes:
    return " ".join(words).encode() + b"\r\n"
