"""What passes arrives as it was sent."""

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests import builders
from tests.e2e.mails import Maker, headers, plain, with_file, with_pdf
from tests.services.capture import Capture, Captured
from tests.services.client import RECIPIENT, SENDER, Client, send
from tests.services.gateway import Gateway
from tests.services.postfix import Postfix

TRACE = {b"received"}


def trace_of(arrived: Captured, raw: bytes) -> bytes:
    """Return what stands above the message as it was sent; fails when the rest differs in a byte."""
    top = arrived.data[: len(arrived.data) - len(raw)]

    assert raw == arrived.data[len(top) :]
    return top


def names(header: bytes) -> set[bytes]:
    """Return the names of header fields, lower case."""
    lines = [line for line in header.split(b"\r\n") if line and not line[:1].isspace()]
    return {line.partition(b":")[0].lower() for line in lines}


MAILS: dict[str, Maker] = {
    "text": plain,
    "pdf": with_pdf,
    "photo": lambda token: with_file(token, builders.photo(), "image/jpeg", "holiday.jpg"),
    "video": lambda token: with_file(token, builders.clip(), "video/mp4", "clip.mp4"),
    "8-bit body": lambda token: plain(token, "Gr\u00fc\u00dfe aus K\u00f6ln\r\n"),
    "dots at line starts": lambda token: plain(token, ".\r\n..\r\n.hidden\r\n...\r\n"),
    "odd but legal header": lambda token: builders.message(
        headers=[*headers(token), b"X-Folded: a\r\n\t  b\r\n   c", b"X-EMPTY:", b"x-Case:  two  blanks  "]
    ),
    "white space at line ends": lambda token: plain(token, "a \r\n\tb\t\r\n\r\n\r\n"),
}


@pytest.mark.parametrize("kind", sorted(MAILS))
def test_accepted_mail_arrives_byte_for_byte(kind: str, token: str, gateway: Gateway, inbox: Capture) -> None:
    """Below the trace fields on top, no byte differs."""
    raw = MAILS[kind](token)
    said = send(gateway.port, raw)

    assert said.code == 250, said
    (arrived,) = inbox.wait_for(token)
    assert names(trace_of(arrived, raw)) <= TRACE


def test_envelope_is_passed_on(token: str, gateway: Gateway, inbox: Capture) -> None:
    """Sender and recipients are those that the client named."""
    with Client(gateway.port) as client:
        client.envelope(recipients=(RECIPIENT, "carol@example.test"))
        client.data(plain(token))
    (arrived,) = inbox.wait_for(token)

    assert (arrived.sender, arrived.recipients) == (SENDER, (RECIPIENT, "carol@example.test"))


def test_null_sender_stays_null(token: str, gateway: Gateway, inbox: Capture) -> None:
    """A bounce for a user of the tenant passes with `<>`."""
    said = send(gateway.port, plain(token), sender="")

    assert said.code == 250, said
    (arrived,) = inbox.wait_for(token)
    assert arrived.sender == ""


def test_trace_field_names_client_and_gateway(token: str, gateway: Gateway, inbox: Capture) -> None:
    """RFC 5321 section 4.4: the gateway adds a Received field of its own."""
    raw = plain(token)
    send(gateway.port, raw)
    (arrived,) = inbox.wait_for(token)
    top = trace_of(arrived, raw)

    assert b"by gateway.test" in top
    assert b"from sender.example" in top


def test_dkim_signature_still_verifies_behind_the_gateway(token: str, gateway: Gateway, inbox: Capture) -> None:
    """The signed bytes are untouched, in relaxed and in simple form."""
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + builders.encoded(public, "base64").replace(b"\r\n", b"")
    raw = with_pdf(token)
    for form in (b"relaxed", b"simple"):
        raw = dkim.sign(raw, b"s", b"sender.example", private, canonicalize=(form, form)) + raw
    send(gateway.port, raw)
    (arrived,) = inbox.wait_for(token)
    checks = [
        dkim.verify(arrived.data[at:], dnsfunc=lambda _name, timeout=5: record)
        for at in (0, arrived.data.index(b"DKIM-Signature"))
    ]

    assert checks == [True, True]


def test_next_mail_on_the_same_connection_passes(gateway: Gateway, inbox: Capture) -> None:
    """A connection carries as many transactions as the client likes."""
    with Client(gateway.port) as client:
        said = [client.send(plain(f"several-{number}-of-them")).code for number in range(5)]

    assert said == [250] * 5
    assert len(inbox.wait_for("several-4-of-them")) == 1


def test_reply_is_the_next_hops_own(token: str, gateway: Gateway, behind: Postfix, inbox: Capture) -> None:
    """The 250 that the client gets names the queue id of the Postfix behind."""
    said = send(gateway.port, plain(token))
    inbox.wait_for(token)
    queue_id = said.text.partition("queued as ")[2].split()[0]

    assert f"{queue_id}: from=<{SENDER}>" in behind.log()
