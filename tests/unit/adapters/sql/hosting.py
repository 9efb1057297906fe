"""Hosted files as tests write them."""

from dataclasses import replace
from typing import Any

from gateway.model.envelope import Envelope, Peer, Sender
from gateway.model.facts import Facts
from gateway.model.hosted import FileState, HostedFile
from gateway.ports.hosting import NewFile

FACTS = Facts("m1", 0.0, Envelope(Peer("192.0.2.1", 25), Sender("ada@sender.example"), ()), 10, (), (), ())
FILE = HostedFile(
    id="f1",
    tenant="acme",
    sha256="a" * 64,
    size=7,
    name="plan.pdf",
    media_type="application/pdf",
    message="m1",
    message_id="<1@sender.example>",
    sender="ada@sender.example",
    recipients=("bob@acme.example",),
    created_at=1000.0,
    expires_at=9000.0,
    state=FileState.PENDING,
    scanned_at=1000.0,
    signatures="ClamAV 1.4/1",
    domain="files1.example",
    kinds=("ext:pdf", "family:pdf"),
)


def new(**changes: Any) -> NewFile:
    """Return a file with changes."""
    return NewFile(replace(FILE, **changes), "", FACTS)
