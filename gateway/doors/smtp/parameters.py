"""The arguments of MAIL and RCPT: path and ESMTP parameters (RFC 5321 section 4.1.2), checked one by one.

Parameters belong to the one sender or recipient beside which they stand. What we did not announce is refused
(555 5.5.4), never dropped: the client would believe it kept. Announced are SIZE, BODY and SMTPUTF8, and where the
settings say so PRDR, and the parameters of DSN.
"""

import re
from dataclasses import dataclass

from gateway.doors.smtp.paths import MAX_LOCAL, BadPath, Path, parse_path, split_path
from gateway.model.envelope import Option, Recipient, Sender
from gateway.model.errors import Refused
from gateway.model.reply import (
    BAD_RECIPIENT,
    BAD_SENDER,
    RELAY_DENIED,
    SMTPUTF8_MISSING,
    SYNTAX,
    UNKNOWN_PARAMETER,
    Cause,
)
from gateway.wire.smtp_commands import is_dsn

_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~\u00a0-\U0010ffff]+))?")
_SENDERS, _RECIPIENTS = frozenset({"RET", "ENVID"}), frozenset({"NOTIFY", "ORCPT"})
"""Parameters of DSN (RFC 3461 section 4)."""
_PRDR = Option("PRDR")
_SIZE = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Mail:
    """What a MAIL command says."""

    sender: Sender
    size: int | None
    body: str
    smtputf8: bool

    @property
    def asks_dsn(self) -> bool:
        """Tell whether it says something about delivery reports."""
        return any(option.keyword in _SENDERS for option in self.sender.options)

    @property
    def asks_prdr(self) -> bool:
        """Tell whether each recipient is to have a reply of its own."""
        return any(option.keyword == "PRDR" for option in self.sender.options)


def parse_mail(argument: str, *, esmtp: bool, dsn: bool = False, prdr: bool = False) -> Mail:
    """Parse the argument of MAIL. Raises `Refused`; parameters are for clients that said EHLO."""
    text, options = _split(argument, "FROM:", esmtp=esmtp)
    path = _path(text, BAD_SENDER)
    values = {option.keyword: option.value for option in options}
    for option in options:
        if dsn and option.keyword in _SENDERS:
            _check_dsn(option, of_sender=True)
        elif not (prdr and option == _PRDR):
            _check_mail_parameter(option.keyword, option.value)
    smtputf8 = "SMTPUTF8" in values
    if path.text and not path.domain:
        raise Refused(BAD_SENDER.reply(), "sender without a domain")
    if not path.text.isascii() and not smtputf8:
        raise Refused(SMTPUTF8_MISSING.reply(), "non-ASCII sender without SMTPUTF8")
    size = values.get("SIZE")
    return Mail(
        sender=Sender(path.text or None, options),
        size=None if size is None else int(size),
        body=(values.get("BODY") or "7BIT").upper(),
        smtputf8=smtputf8,
    )


def parse_rcpt(argument: str, *, esmtp: bool, smtputf8: bool, postmaster: str, dsn: bool = False) -> Recipient:
    """Parse the argument of RCPT. Raises `Refused`, also for what can never be a tenant's address."""
    text, options = _split(argument, "TO:", esmtp=esmtp)
    path = _path(text, BAD_RECIPIENT)
    for option in options:
        if not (dsn and option.keyword in _RECIPIENTS):
            raise Refused(UNKNOWN_PARAMETER.reply(), f"parameter {option.keyword} was not announced")
        _check_dsn(option, of_sender=False)
    if not path.text or len(path.local.encode()) > MAX_LOCAL:
        raise Refused(BAD_RECIPIENT.reply(), "null or overlong recipient")
    if not path.text.isascii() and not smtputf8:
        raise Refused(SMTPUTF8_MISSING.reply(), "non-ASCII recipient without SMTPUTF8")
    if path.is_literal or path.has_route or not (path.domain or postmaster):
        raise Refused(RELAY_DENIED.reply(), "address literal, route in the local part, or nobody's postmaster")
    return Recipient(path.text if path.domain else postmaster, options)


def _split(argument: str, keyword: str, *, esmtp: bool) -> tuple[str, tuple[Option, ...]]:
    """Take off `FROM:` or `TO:`, and split the rest."""
    if argument[: len(keyword)].upper() != keyword:
        raise Refused(SYNTAX.reply(), f"no {keyword}")
    try:
        text, rest = split_path(argument[len(keyword) :])
    except BadPath as error:
        raise Refused(SYNTAX.reply(), str(error)) from error
    if rest and not esmtp:
        raise Refused(SYNTAX.reply(), "parameters without EHLO")
    options = tuple(_option(word) for word in rest.split())
    if len({option.keyword for option in options}) < len(options):
        raise Refused(SYNTAX.reply(), "parameter given twice")
    return text, options


def _option(word: str) -> Option:
    found = _PARAMETER.fullmatch(word)
    if found is None:
        raise Refused(SYNTAX.reply(), "not a parameter")
    return Option(found[1].upper(), found[2])


def _path(text: str, cause: Cause) -> Path:
    try:
        return parse_path(text)
    except BadPath as error:
        raise Refused(cause.reply(), str(error)) from error


def _check_mail_parameter(keyword: str, value: str | None) -> None:
    match keyword:
        case "SIZE":
            valid = value is not None and _SIZE.fullmatch(value) is not None
        case "BODY":
            valid = value is not None and value.upper() in ("7BIT", "8BITMIME")
        case "SMTPUTF8":
            valid = value is None
        case _:
            raise Refused(UNKNOWN_PARAMETER.reply(), f"parameter {keyword} was not announced")
    if not valid:
        raise Refused(SYNTAX.reply(), f"bad value of {keyword}")


def _check_dsn(option: Option, *, of_sender: bool) -> None:
    if not is_dsn(option, of_sender=of_sender):
        raise Refused(SYNTAX.reply(), f"bad value of {option.keyword}")
