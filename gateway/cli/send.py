"""`postern send`: one message by SMTP, with the whole dialogue on the screen."""

import mimetypes
import smtplib
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from pathlib import Path

from rich.console import Console

from gateway.app.units import parse_address
from gateway.cli.message import read_message
from gateway.cli.show import complain, console, words

_TIMEOUT = 120


class _Dialogue(smtplib.SMTP):
    """Shows each command and reply."""

    def __init__(self, out: Console) -> None:
        super().__init__(timeout=_TIMEOUT)
        self._out = out

    def putcmd(self, cmd: str, args: str = "") -> None:
        self._out.print(words(f"C: {cmd} {args}".rstrip(), "cyan"))
        super().putcmd(cmd, args)

    def getreply(self) -> tuple[int, bytes]:
        code, text = super().getreply()
        lines = text.decode("utf-8", "replace").splitlines() or [""]
        style = "green" if code < 400 else "yellow" if code < 500 else "red"
        for number, line in enumerate(lines, 1):
            self._out.print(words(f"S: {code}{' ' if number == len(lines) else '-'}{line}", style))
        return code, text


def send(file: Path, sender: str, recipients: list[str], server: str) -> int:
    """Send `file`; return 0 when all recipients and the message were accepted."""
    out = console()
    try:
        address = parse_address(server)
        data, note = read_message(file) if file.suffix == ".eml" else (_attach(file, sender, recipients), "")
        if note:
            out.print(f"note: {note}")
        with _Dialogue(out) as smtp:
            smtp.connect(address.host, address.port)
            return 0 if _transact(smtp, data, sender, recipients) else 1
    except (OSError, ValueError, smtplib.SMTPException) as error:
        return complain((f"{file} to {server}: {error}",))


def _transact(smtp: _Dialogue, data: bytes, sender: str, recipients: list[str]) -> bool:
    smtp.ehlo()
    options = [f"SIZE={len(data)}"]
    if not "".join([sender, *recipients]).isascii():
        options.append("SMTPUTF8")
    if smtp.mail(sender, options)[0] != 250:
        return False
    accepted = [smtp.rcpt(recipient)[0] in {250, 251} for recipient in recipients]
    if not any(accepted):
        return False
    return smtp.data(data)[0] == 250 and all(accepted)


def _attach(file: Path, sender: str, recipients: list[str]) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = sender, ", ".join(recipients)
    message["Subject"] = f"A file to try: {file.name}"
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="localhost.localdomain")
    message.set_content(f"The file {file.name} is attached.\n")
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    maintype, _, subtype = kind.partition("/")
    message.add_attachment(file.read_bytes(), maintype=maintype, subtype=subtype, filename=file.name)
    return message.as_bytes()
