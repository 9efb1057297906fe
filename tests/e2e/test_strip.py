"""A tenant whose policy strips: what arrives has a notice in place of the file, and everything else as it was sent."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests import builders
from tests.e2e.mails import headers
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import send
from tests.services.gateway import TENANT, Gateway
from tests.services.ports import HOST

STRIPPING = TENANT.replace("otherwise: reject", "otherwise: strip")
PICTURE = builders.part(builders.picture(), "image/png", "a.png")
TABLE = builders.part(b"PAR1" + bytes(range(256)) * 40 + b"PAR1", "application/x-parquet", "figures.parquet")


@pytest.fixture(scope="module")
def stripping(inbox: Capture, clamd: Clamd) -> Iterator[Gateway]:
    """Run a gateway whose tenant has files taken out that it does not allow."""
    tenants = {"example": STRIPPING}
    with Gateway.running(f"smtp://{HOST}:{inbox.port}", clamd.unix, tenants=tenants) as running:
        yield running


def parts_of(raw: bytes) -> list[EmailMessage]:
    """Return the parts of what arrived, which must be sound."""
    seen = message_from_bytes(raw, policy=policy.SMTP)
    assert [one.defects for one in seen.walk()] == [[] for _ in seen.walk()]
    return [part for part in seen.iter_parts() if isinstance(part, EmailMessage)]


def test_file_gives_way_to_a_notice_and_the_rest_is_as_it_was(token: str, stripping: Gateway, inbox: Capture) -> None:
    """Byte for byte, in front of it and behind it."""
    text = builders.text("Grüße\r\n")
    whole = builders.multipart(text, TABLE, PICTURE, boundary="b")
    raw = builders.head(headers(token)) + whole
    said = send(stripping.port, raw)

    assert said.code == 250, said
    (arrived,) = inbox.wait_for(token)
    before, after = raw.split(TABLE)
    assert arrived.data.rstrip(b"\r\n").endswith(after.rstrip(b"\r\n"))
    assert before in arrived.data
    _, notice, picture = parts_of(arrived.data)
    assert notice.get_content_type() == "multipart/alternative"
    assert picture.get_content() == builders.picture()
    shown = notice.get_body(("plain",))
    assert shown is not None
    assert "figures.parquet" in shown.get_content()
    assert b"X-Postern-Removed: action=strip;" in arrived.data
    found = re.search(rb"X-Postern-Removed: [^\r]*(?:\r\n\t[^\r]*)*id=(\w+)", arrived.data)
    assert found is not None
    line = stripping.decision(found[1].decode())
    assert [(one["what"], one["gone"]) for one in line["edits"]] == [("strip 2", len(TABLE))]


def test_mail_that_is_one_file_arrives_as_a_notice(token: str, stripping: Gateway, inbox: Capture) -> None:
    """Under its own header."""
    raw = builders.head(headers(token)) + TABLE
    said = send(stripping.port, raw)

    assert said.code == 250, said
    (arrived,) = inbox.wait_for(token)
    assert [part.get_content_type() for part in parts_of(arrived.data)] == ["text/plain", "text/html"]
    assert b"PAR1" not in arrived.data
    assert builders.encoded(b"PAR1" + bytes(range(256)), "base64")[:40] not in arrived.data


def test_program_is_refused_whatever_else_is_stripped(token: str, stripping: Gateway, inbox: Capture) -> None:
    """A locked rule of the default is not softened."""
    program = builders.part(builders.program(), "application/octet-stream", "setup.exe")
    said = send(stripping.port, builders.head(headers(token)) + builders.multipart(TABLE, program, boundary="b"))

    assert str(said).startswith("550 5.7.1 executable")
    assert inbox.containing(token) == []


def test_ambiguous_mail_is_rebuilt_without_the_file(token: str, inbox: Capture, clamd: Clamd) -> None:
    """What nobody could read in two ways any more holds a notice too."""
    text = STRIPPING + "message: {{ambiguous_mime: rebuild}}\n"
    raw = builders.head([*headers(token), b"this is no field"]) + builders.multipart(builders.text(), TABLE, PICTURE)
    with Gateway.running(f"smtp://{HOST}:{inbox.port}", clamd.unix, tenants={"example": text}) as rebuilding:
        said = send(rebuilding.port, raw)

    assert said.code == 250, said
    (arrived,) = inbox.wait_for(token)
    _, notice, picture = parts_of(arrived.data)
    assert (notice.get_content_type(), picture.get_content()) == ("multipart/alternative", builders.picture())
    assert b"this is no field" not in arrived.data


def test_marked_mail_says_so_where_readers_look(token: str, inbox: Capture, clamd: Clamd) -> None:
    """In its subject and above its text; the file stays, and a field of ours that the sender wrote does not."""
    tagging = TENANT.replace("otherwise: reject", "otherwise: tag")
    tagging += 'message: {{tag: {{subject: "[EXTERN]", banner: true}}}}\n'
    forged = [b"X-Postern-Tag: action=none", *headers(token)]
    raw = builders.head(forged) + builders.multipart(builders.text("Grüße\r\n"), TABLE)
    with Gateway.running(f"smtp://{HOST}:{inbox.port}", clamd.unix, tenants={"example": tagging}) as marking:
        said = send(marking.port, raw)

    assert said.code == 250, said
    (arrived,) = inbox.wait_for(token)
    text, table = parts_of(arrived.data)
    assert message_from_bytes(arrived.data, policy=policy.SMTP)["subject"] == "[EXTERN] Figures for March"
    assert text.get_content().startswith("Please read this message with care.")
    assert text.get_content().endswith("Grüße\r\n")
    assert table.get_filename() == "figures.parquet"
    assert TABLE in arrived.data
    assert b"action=none" not in arrived.data
