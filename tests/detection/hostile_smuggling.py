"""Ends of data that another server would take for one (RFC 5321 section 2.3.8; SMTP smuggling, 2023).

Each case is what goes over the wire after 354. Whatever the gateway answers, no second message may arrive behind
it, and nothing with a bare CR or LF.
"""

from tests import builders
from tests.detection.case import BOB, Case
from tests.detection.mails import attached
from tests.detection.payloads import PE

_ENDS = {
    "LF dot LF": b"\n.\n",
    "LF dot CRLF": b"\n.\r\n",
    "CR dot CR": b"\r.\r",
    "CR dot CRLF": b"\r.\r\n",
    "CRLF dot CR": b"\r\n.\r",
    "CRLF dot LF": b"\r\n.\n",
    "LF LF dot CRLF": b"\n\n.\r\n",
    "CR CR LF dot CRLF": b"\r\r\n.\r\n\r",
    "LF CR dot LF CR": b"\n\r.\n\r",
    "CRLF dot CR CR LF": b"\r\n.\r\r\n",
    "CRLF NUL dot CRLF": b"\r\n\0.\r\n",
    "CRLF dot NUL CRLF": b"\r\n.\0\r\n",
    "CRLF dot blank CRLF": b"\r\n. \r\n",
    "CRLF dot tab CRLF": b"\r\n.\t\r\n",
    "CRLF dot dot CRLF": b"\r\n..\r\n",
    "CRLF three dots CRLF": b"\r\n...\r\n",
    "CRLF blank dot CRLF": b"\r\n .\r\n",
    "CRLF dot vertical tab CRLF": b"\r\n.\x0b\r\n",
    "next line dot next line": "\r\nx\u0085.\u0085\r\n".encode(),
    "next line of Latin-1": b"\r\nx\x85.\x85\r\n",
    "line separator dot line separator": "\r\nx\u2028.\u2028\r\n".encode(),
    "form feed dot form feed": b"\r\nx\x0c.\x0c\r\n",
    "NUL dot NUL": b"\r\nx\0.\0\r\n",
    "full-width dot": "\r\n\uff0e\r\n".encode(),
    "CR alone before the dot": b"\r\nx\r.\r\n",
    "LF alone behind the dot": b"\r\n.\nx\r\n",
    "CR NUL LF dot": b"\r\0\n.\r\0\n",
    "sixteen-bit end": b"\r\0\n\0.\0\r\0\n\0",
}
_SIZES = (998, 1000, 1024, 4096, 8192, 16384, 65536)
"""Where a reader's buffer may end: the dot stands right behind it."""


def cases() -> list[Case]:
    """Return the class smuggling."""
    sent = {name: _smuggled(number, end) for number, (name, end) in enumerate(_ENDS.items())}
    for size in _SIZES:
        line = b"x" * (size - 1)
        sent[f"dot behind a line of {size}"] = _smuggled(100 + size, b"\r\n" + line + b"\r.\r\n")
        sent[f"stuffed dot behind a line of {size}"] = _smuggled(200_000 + size, b"\r\n" + line + b"\r\n..\r\n")
    header = b"".join(f"{name}: {value}\r\n".encode() for name, value in builders.ORDINARY)
    sent["LF dot LF in the header"] = header + b"X-A: b\n.\n" + _commands(300) + b"\r\n\r\nhello\r\n.\r\n"
    sent["CR in a header field"] = header + b"X-A: b\rX-B: c\r\n\r\nhello\r\n.\r\n"
    sent["LF in a header field"] = header + b"X-A: b\nX-B: c\r\n\r\nhello\r\n.\r\n"
    sent["bare LF everywhere"] = header.replace(b"\r\n", b"\n") + b"\nhello\n\r\n.\r\n"
    sent["bare CR everywhere"] = header.replace(b"\r\n", b"\r") + b"\rhello\r\r\n.\r\n"
    sent["program between two ends"] = (
        header + b"\r\nhello\r\n.\r" + attached(PE, "application/x-exe", "a.exe") + b"\r\n.\r\n"
    )
    return [Case("smuggling", name, raw, True, BOB, is_wire=True) for name, raw in sent.items()]


def _commands(number: int) -> bytes:
    envelope = f"MAIL FROM:<evil-{number}@smuggled.example>\r\nRCPT TO:<{BOB}>\r\nDATA\r\n"
    return envelope.encode() + builders.mail(builders.text("A second message.\r\n"))


def _smuggled(number: int, end: bytes) -> bytes:
    return builders.mail(builders.text()).removesuffix(b"\r\n") + end + _commands(number) + b"\r\n.\r\n"
