"""LMTP where it must differ from SMTP; its conversations are in tests/dialogues/server."""

import pytest

from gateway.doors.smtp.session import Session
from tests.unit.doors.smtp.dialogue import client_of
from tests.unit.doors.smtp.standins import World, listening

pytestmark = pytest.mark.enable_socket

GROUP = b"LHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<bob@acme.example>\r\nRCPT TO:<eve@other.example>\r\nDATA\r\n"


async def test_bug_in_the_last_step_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """One 451 for two recipients would put every later reply beside the wrong command."""

    async def fail(session: Session) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(Session, "finish", fail)
    async with listening(World().door(), lmtp=True) as port, client_of(port) as client:
        await client.see("220 *")
        client.writer.write(GROUP + b"hi\r\n.\r\nNOOP\r\n")
        replies = (await client.reader.read()).decode().splitlines()

    assert [reply[:9] for reply in replies if reply[:3] not in ("220", "250", "354")] == ["451 4.3.0"]


async def test_each_leg_has_a_record_and_an_id_of_its_own() -> None:
    """And what the next hop gets names neither the other recipient nor the other id."""
    world = World()
    async with listening(world.door(), lmtp=True) as port, client_of(port) as client:
        await client.see("220 *")
        client.writer.write(GROUP + b"hi\r\n.\r\nQUIT\r\n")
        replies = (await client.reader.read()).decode().splitlines()
    first, second = world.records.kept
    one, other = world.hop.messages

    assert [record.tenants for record in world.records.kept] == [("acme",), ("other",)]
    assert (first.facts.id in replies[-3], second.facts.id in replies[-2]) == (True, True)
    assert (first.facts.id.encode() in one, second.facts.id.encode() in one) == (True, False)
    assert (b"with LMTP id" in one, b"for <bob@acme.example>" in one, b"eve" in one) == (True, True, False)
    assert (b"for <eve@other.example>" in other, b"bob" in other) == (True, False)
