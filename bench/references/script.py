"""The obvious script: aiosmtpd, the standard library's `email` and `smtplib`, clamd by INSTREAM.

A stand-in for what many would write in an afternoon; `python -m bench.references.script PORT TARGET CLAMD` is
the program itself. It keeps none of Postern's promises; it is here for what it costs.
"""

import asyncio
import mimetypes
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from io import BytesIO

import clamd
from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.subjects import Subject
from tests.services.clamd import running_clamd
from tests.services.ports import HOST, free_ports, wait_until_listening

_ALLOWED = ("text/", "image/", "video/", "application/pdf")


class _Handler:
    def __init__(self, target: int, scanner: str) -> None:
        self._target = target
        self._scanner = scanner

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        return await asyncio.get_running_loop().run_in_executor(None, self._pass_on, envelope)

    def _pass_on(self, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = BytesParser(policy=policy.SMTP).parsebytes(content)
        for part in message.walk():
            if not part.is_multipart():
                assert isinstance(part, EmailMessage)
                if not self._is_allowed(part):
                    return "550 5.7.1 not allowed"
        with smtplib.SMTP(HOST, self._target) as hop:
            hop.sendmail(envelope.mail_from or "", list(map(str, envelope.rcpt_tos)), message.as_bytes())
        return "250 2.0.0 ok"

    def _is_allowed(self, part: EmailMessage) -> bool:
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        guessed = mimetypes.guess_type(part.get_filename() or "")[0] or part.get_content_type()
        scan = clamd.ClamdUnixSocket(self._scanner).instream(BytesIO(data))
        return guessed.startswith(_ALLOWED) and scan is not None and scan["stream"][0] == "OK"


@contextmanager
def subject(target: int) -> Iterator[Subject]:
    """Run it: one process, as such scripts do."""
    (port,) = free_ports(1)
    with running_clamd() as scanner:
        command = [sys.executable, "-m", __name__, str(port), str(target), scanner.unix.removeprefix("unix:")]
        process = subprocess.Popen(command)
        try:
            wait_until_listening(port, lambda: process.poll() is None)
            yield Subject("script", process.pid, port, lambda: None)
        finally:
            process.terminate()
            process.wait()


def main(port: int, target: int, scanner: str) -> None:
    """Serve until the process is ended."""
    loop = asyncio.new_event_loop()
    controller = UnthreadedController(
        _Handler(target, scanner), hostname=HOST, port=port, loop=loop, data_size_limit=100 * 1024 * 1024
    )
    controller.begin()  # type: ignore[no-untyped-call]
    loop.run_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
