"""Alarms: into the log at once, then to a webhook and by mail, each tried a few times and then given up.

The webhook gets JSON. In mails every domain is written as "files1[.]example": a mail that named a listed domain would
itself be taken for spam, and attachment domains stand in no mail but in links to files.
"""

import asyncio
import re
import smtplib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import msgspec
import structlog

from gateway.adapters import http_client
from gateway.adapters.http_client import HttpError
from gateway.ports.alarms import Alarm

_WAITS = (1.0, 5.0, 25.0)
"""Seconds before each further try."""
_PATIENCE = 20.0
_DOT = re.compile(r"(?<=[A-Za-z0-9])\.(?=[A-Za-z])")
_LONGEST = 20_000
"""Characters of a mail's text."""

log = structlog.get_logger()


class NotTold(Exception):
    """It could not be told this time; the words are for the log and name no secret."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where JSON goes."""

    url: str
    token: Path | None = None
    """File with what goes into `Authorization: Bearer`."""

    async def tell(self, alarm: Alarm) -> None:
        """Send it once. Raises NotTold."""
        try:
            token = self.token.read_text("ascii").strip() if self.token else ""
        except (OSError, UnicodeDecodeError):
            raise NotTold("the file with the token cannot be read") from None
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        content = {"event": alarm.event, "subject": alarm.subject, "urgent": alarm.is_urgent, "detail": alarm.detail}
        try:
            answer = await http_client.post(self.url, content, headers)
        except HttpError as error:
            raise NotTold(str(error)) from None
        if not 200 <= answer.status < 300:
            raise NotTold(f"status {answer.status}")


@dataclass(frozen=True, slots=True)
class Mail:
    """Where mails go."""

    host: str
    port: int
    sender: str
    recipients: tuple[str, ...]

    async def tell(self, alarm: Alarm) -> None:
        """Send it once. Raises NotTold."""
        try:
            await asyncio.to_thread(self._send, alarm)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise NotTold(type(error).__name__) from None

    def _send(self, alarm: Alarm) -> None:
        with smtplib.SMTP(self.host, self.port, timeout=_PATIENCE) as server:
            server.send_message(written(alarm, self.sender, self.recipients), self.sender, self.recipients)


def written(alarm: Alarm, sender: str, recipients: tuple[str, ...]) -> EmailMessage:
    """Return the mail about an alarm."""
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, ", ".join(recipients)
    mail["Subject"] = _plain(f"Postern: {alarm.event.replace('_', ' ')}: {alarm.subject}").replace("\n", "?")[:200]
    mail["Auto-Submitted"] = "auto-generated"
    lines = [f"{alarm.event}: {alarm.subject}", ""]
    lines += [f"{key}: {_words(value)}" for key, value in alarm.detail.items()]
    mail.set_content(_plain("\n".join(lines))[:_LONGEST] + "\n")
    return mail


def _words(value: object) -> str:
    if isinstance(value, list):
        return "".join(f"\n  - {_words(one)}" for one in value)
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _plain(text: str) -> str:
    """Take the life out of names, and out of control characters."""
    shown = "".join(char if char.isprintable() or char == "\n" else "?" for char in text)
    return _DOT.sub("[.]", shown)


class Notifier:
    """Implements `ports.alarms.Alarms`."""

    def __init__(
        self,
        webhook: Webhook | None = None,
        mail: Mail | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        ways: Mapping[str, Webhook | Mail | None] = {"webhook": webhook, "mail": mail}
        self._ways = {name: way for name, way in ways.items() if way is not None}
        self._sleep = sleep

    async def sound(self, alarm: Alarm) -> None:
        """Log it and tell everybody who is to know."""
        write = log.error if alarm.is_urgent else log.info
        write(alarm.event, subject=alarm.subject, **alarm.detail)
        await asyncio.gather(*(self._tell(name, way, alarm) for name, way in self._ways.items()))

    async def _tell(self, name: str, way: Webhook | Mail, alarm: Alarm) -> None:
        reason = ""
        for wait in (0.0, *_WAITS):
            if wait:
                await self._sleep(wait)
            try:
                return await way.tell(alarm)
            except NotTold as error:
                reason = str(error)
            except Exception as error:  # noqa: BLE001 - an alarm that cannot be told must not end what goes on
                reason = type(error).__name__
        log.error("alarm_not_told", by=name, alarm=alarm.event, subject=alarm.subject, reason=reason)
        return None
