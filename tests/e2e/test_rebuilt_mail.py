"""An ambiguous message under a policy that rebuilds: what arrives is new, unambiguous and holds the same files."""

from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest

from tests import builders
from tests.e2e.mails import headers
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import send
from tests.services.gateway import TENANT, Gateway
from tests.services.ports import HOST

REBUILDING = TENANT + "message: {{ambiguous_mime: rebuild}}\n"
PICTURE = builders.picture()


@pytest.fixture(scope="module")
def rebuilding(inbox: Capture, clamd: Clamd) -> Iterator[Gateway]:
    """Run a gateway whose tenant has ambiguous mail rebuilt."""
    tenants = {"example": REBUILDING}
    with Gateway.running(f"smtp://{HOST}:{inbox.port}", clamd.unix, tenants=tenants) as running:
        yield running


def ambiguous(token: str, content: bytes, name: str) -> bytes:
    """Write a mail with a line in the header that is no field."""
    whole = builders.multipart(builders.text("Grüße\r\n"), builders.part(content, "image/png", name), boundary="b")
    return builders.head([*headers(token), b"this is no field"]) + whole


def test_good_parts_arrive_in_a_new_message(token: str, rebuilding: Gateway, inbox: Capture) -> None:
    """The text and the file are the same, the structure is fresh, and a field says why."""
    said = send(rebuilding.port, ambiguous(token, PICTURE, "a.png"))

    assert said.code == 250, said
    (arrived,) = inbox.wait_for(token)
    seen = message_from_bytes(arrived.data, policy=policy.SMTP)
    text, file = seen.iter_parts()
    assert (text.get_content(), file.get_content(), file.get_filename()) == ("Grüße\r\n", PICTURE, "a.png")
    assert b"X-Postern-Tag: action=rebuild;" in arrived.data
    assert b"this is no field" not in arrived.data


def test_forbidden_part_is_refused_for_what_it_is(token: str, rebuilding: Gateway, inbox: Capture) -> None:
    """Rebuilding lets nothing through."""
    said = send(rebuilding.port, ambiguous(token, builders.program(), "a.png"))

    assert str(said).startswith("550 5.7.1 executable")
    assert inbox.containing(token) == []
