"""What is refused is refused at the door, with a reason, and reaches nobody."""

import pytest

from tests import builders
from tests.e2e.mails import Maker, plain, with_file
from tests.services.capture import Capture
from tests.services.client import RECIPIENT, SENDER, Client, send
from tests.services.gateway import Gateway

MIB = 1024 * 1024


def forwarded_program(token: str) -> bytes:
    """Return a mail that forwards a mail with a program."""
    program = builders.part(builders.program(), "application/octet-stream", "game.exe")
    inner = builders.mail(builders.multipart(program, boundary="inner"))
    return plain(token).partition(b"MIME-Version")[0] + builders.message(
        headers=[("MIME-Version", "1.0"), ("Content-Type", "message/rfc822")], body=inner
    )


def zipped_script(token: str) -> bytes:
    """Return a mail with a script inside a ZIP."""
    return with_file(token, builders.zip_of({"a.js": b"WScript.Echo('x');\r\n"}), "application/zip", "a.zip")


CASES: dict[str, tuple[Maker, str]] = {
    "EICAR": (
        lambda token: with_file(token, builders.eicar(), "application/pdf", "eicar.pdf"),
        "554 5.7.0 malware:",
    ),
    "program": (
        lambda token: with_file(token, builders.program(), "application/octet-stream", "setup.exe"),
        "550 5.7.1 executable:",
    ),
    "program named .pdf": (
        lambda token: with_file(token, builders.program(), "application/pdf", "report.pdf"),
        "550 5.7.1 disguised:",
    ),
    "pdf named .jpg": (
        lambda token: with_file(token, builders.document(), "image/jpeg", "photo.jpg"),
        "550 5.7.1 disguised:",
    ),
    "forwarded program": (forwarded_program, "550 5.7.1 executable:"),
    "zipped script": (zipped_script, "550 5.7.1 executable:"),
    "type that nobody allowed": (
        lambda token: with_file(token, builders.zip_of({"a.txt": b"a\r\n"}), "application/zip", "a.zip"),
        "550 5.7.1 type_not_allowed:",
    ),
}


@pytest.mark.parametrize("kind", sorted(CASES))
def test_forbidden_mail_is_refused(kind: str, token: str, gateway: Gateway, inbox: Capture) -> None:
    """The reply says why, the next mail on the connection passes, and only that one arrives."""
    make, expected = CASES[kind]
    with Client(gateway.port) as client:
        refused = client.send(make(token))
        passed = client.send(plain(f"after-{token}"))

    assert str(refused).startswith(expected)
    assert passed.code == 250
    assert len(inbox.wait_for(f"after-{token}")) == 1
    assert len(inbox.containing(token)) == 1


def test_refusal_names_part_rule_and_id(token: str, gateway: Gateway) -> None:
    """The sender learns which file it was, the admin which rule."""
    said = send(gateway.port, with_file(token, builders.program(), "application/pdf", "report.pdf"))

    assert 'part="report.pdf"' in said.text
    assert "rule=executables" in said.text
    assert "id=" in said.text


def test_unknown_user_gets_the_next_hops_reply(gateway: Gateway) -> None:
    """The Postfix behind knows its users; its own words come back at RCPT."""
    with Client(gateway.port) as client:
        client.command(f"MAIL FROM:<{SENDER}>")
        said = client.command("RCPT TO:<nobody@example.test>")

    assert str(said).startswith("550 5.1.1 <nobody@example.test>: Recipient address rejected")


def test_known_user_beside_an_unknown_one_gets_the_mail(token: str, gateway: Gateway, inbox: Capture) -> None:
    """One refused recipient does not harm the others."""
    with Client(gateway.port) as client:
        client.command(f"MAIL FROM:<{SENDER}>")
        codes = [client.command(f"RCPT TO:<{who}@example.test>").code for who in ("nobody", "bob")]
        said = client.data(plain(token))

    assert codes == [550, 250]
    assert said.code == 250
    assert [one.recipients for one in inbox.wait_for(token)] == [(RECIPIENT,)]


def test_foreign_domain_is_refused(gateway: Gateway) -> None:
    """The gateway is nobody's open relay."""
    with Client(gateway.port) as client:
        said = client.envelope(recipients=("someone@elsewhere.example",))

    assert str(said).startswith("550 5.7.1 relay_denied:")


def test_oversize_is_refused_at_mail(gateway: Gateway) -> None:
    """SIZE= tells before anything is sent (RFC 1870 section 6.1)."""
    with Client(gateway.port) as client:
        said = client.command(f"MAIL FROM:<{SENDER}> SIZE={51 * MIB}")

    assert str(said).startswith("552 5.3.4 too_big:")


def test_oversize_is_refused_after_data(token: str, gateway: Gateway, inbox: Capture) -> None:
    """A client that did not tell its size is refused at the end, in step."""
    huge = plain(token, ("x" * 998 + "\r\n") * 53_000)
    with Client(gateway.port) as client:
        refused = client.send(huge)
        passed = client.send(plain(f"after-{token}"))

    assert str(refused).startswith("552 5.3.4 too_big:")
    assert passed.code == 250
    inbox.wait_for(f"after-{token}")
    assert len(inbox.containing(token)) == 1


SMUGGLED = "MAIL FROM:<evil@sender.example>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nsmuggled\r\n"


@pytest.mark.parametrize("ending", ["\n.\n", "\r\n.\n", "\n.\r\n", "\r.\r", "\r.\r\n", "\r\n.\r"])
def test_bare_line_ends_are_refused(ending: str, token: str, gateway: Gateway, inbox: Capture) -> None:
    """No lone CR or LF ends the data or leaves the gateway; the conversation stays in step."""
    raw = plain(token, f"one{ending}{SMUGGLED}two")
    with Client(gateway.port) as client:
        client.envelope()
        client.command("DATA")
        client.say(raw)
        refused = client.command("\r\n.")
        passed = client.send(plain(f"after-{token}"))

    assert str(refused).startswith("554 5.6.0 bare_line_end:")
    assert passed.code == 250
    inbox.wait_for(f"after-{token}")
    assert len(inbox.containing(token)) == 1
