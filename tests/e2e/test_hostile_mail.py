"""Mail that was made to break readers gets a clear reply, and the next mail is served at once."""

import pytest

from gateway.model.finding import FindingKind
from tests import builders
from tests.e2e.mails import Maker, headers, plain
from tests.services.capture import Capture
from tests.services.client import Client
from tests.services.gateway import Gateway


def many_parts(token: str) -> bytes:
    """Return 10,000 parts."""
    return builders.mail(builders.multipart(*[builders.text("x\r\n")] * 10_000), headers=headers(token))


def deep_parts(token: str) -> bytes:
    """Return 1,000 nested multiparts."""
    entity = builders.text()
    for number in range(1_000):
        entity = builders.multipart(entity, boundary=f"b{number}b")
    return builders.mail(entity, headers=headers(token))


def many_fields(token: str) -> bytes:
    """Return 10,000 header fields."""
    fields = [(f"X-Field-{number}", "x") for number in range(10_000)]
    return builders.message(headers=[*headers(token), *fields])


def field_of(raw: bytes) -> Maker:
    """Return a maker of mails with one more header line."""
    return lambda token: builders.message(headers=[*headers(token), raw])


def with_junk_line(token: str) -> bytes:
    """Return a program that is a part only where the header goes on behind a line that is no field."""
    entity = builders.multipart(builders.part(builders.program(), "text/plain", "a.txt"))
    return builders.mail(entity, headers=[*headers(token), b"this is no field"])


def without_boundary(token: str) -> bytes:
    """Return a multipart that names no boundary, with a program in what may be its part."""
    program = builders.part(builders.program(), "text/plain", "a.txt")
    body = builders.multipart(program, boundary="x").partition(b"\r\n\r\n")[2]
    return builders.message(headers=[*headers(token), ("Content-Type", "multipart/mixed")], body=body)


def with_boundary_twice(token: str) -> bytes:
    """Return a multipart inside another, both with the same boundary."""
    inner = builders.multipart(builders.part(builders.program(), "text/plain", "a.txt"), boundary="same")
    return builders.mail(builders.multipart(inner, builders.text(), boundary="same"), headers=headers(token))


def with_two_boundaries(token: str) -> bytes:
    """Return a Content-Type that names two boundaries."""
    entity = builders.multipart(builders.text(), boundary="one").replace(b'"one"', b'"one"; boundary="two"', 1)
    return builders.mail(entity, headers=headers(token))


REFUSED: dict[str, tuple[Maker, FindingKind]] = {
    "10,000 parts": (many_parts, FindingKind.TOO_MANY_PARTS),
    "1,000 levels": (deep_parts, FindingKind.TOO_DEEP),
    "10,000 header fields": (many_fields, FindingKind.TOO_MANY_FIELDS),
    "NUL in a header": (field_of(b"X-Odd: a\0b"), FindingKind.NUL_IN_HEADER),
    "junk line in a header": (with_junk_line, FindingKind.JUNK_HEADER_LINE),
    "no boundary": (without_boundary, FindingKind.BOUNDARY_MISSING),
    "boundary reused": (with_boundary_twice, FindingKind.BOUNDARY_REUSED),
    "two boundaries": (with_two_boundaries, FindingKind.CONFLICTING_PARAMETER),
    "NUL in the body": (lambda token: plain(token, "a\0b\r\n"), FindingKind.BODY_IS_NOT_TEXT),
}

PASSED: dict[str, Maker] = {
    "8-bit in a header": field_of(b"X-Odd: Gr\xfc\xdfe"),
    "line separators that are none": lambda token: plain(token, "a\u2028b\u0085c\x0bd\x0ce\r\n"),
    "70,000-byte line in the body": lambda token: plain(token, "x" * 70_000 + "\r\n"),
    "70,000-byte header field": field_of(b"X-Long: " + b"x" * 70_000),
    "no body": lambda token: builders.head(headers(token)),
}


@pytest.mark.parametrize("kind", sorted(REFUSED))
def test_hostile_mail_is_refused_with_its_reason(kind: str, token: str, gateway: Gateway, inbox: Capture) -> None:
    """One final reply, the finding in the log; the conversation goes on; nothing of it arrives."""
    make, expected = REFUSED[kind]
    with Client(gateway.port) as client:
        refused = client.send(make(token))
        passed = client.send(plain(f"after-{token}"))
    logged = gateway.decision(refused.id)

    assert refused.code // 100 == 5, refused
    assert expected in {finding["kind"] for finding in logged["findings"]}
    assert passed.code == 250
    inbox.wait_for(f"after-{token}")
    assert len(inbox.containing(token)) == 1


@pytest.mark.parametrize("kind", sorted(PASSED))
def test_odd_mail_passes_unchanged(kind: str, token: str, gateway: Gateway, inbox: Capture) -> None:
    """What every reader sees alike is delivered, and not repaired."""
    raw = PASSED[kind](token)
    with Client(gateway.port) as client:
        said = client.send(raw)

    assert said.code == 250, said
    (arrived,) = inbox.wait_for(token)
    assert arrived.data.endswith(raw)


JUNK_COMMANDS = [
    b"\r\n",
    b"\0\0\0\r\n",
    b"\xff\xfe\r\n",
    b"MAIL\r\n",
    b"MAIL FROM:<a@b\r\n",
    b"MAIL FROM:<a@sender.example> SIZE=-1\r\n",
    b"MAIL FROM:<a@sender.example> NONSENSE=1\r\n",
    b"RCPT TO:<bob@example.test>\r\n",
    b"DATA\r\n",
    b"GET / HTTP/1.1\r\n",
    b"X" * 5000 + b"\r\n",
]


@pytest.mark.parametrize("line", JUNK_COMMANDS, ids=range(len(JUNK_COMMANDS)))
def test_junk_command_is_refused(line: bytes, gateway: Gateway) -> None:
    """One reply of class 5 (or 421 and the end) for a line that is no command here."""
    with Client(gateway.port) as client:
        client.say(line)
        said = client.answer()

    assert said.code // 100 == 5 or said.code == 421, said
    assert "Traceback" not in said.text
