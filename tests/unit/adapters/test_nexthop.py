"""The scheme of a hop decides how it is spoken to; shown with Postfix's own smtp-sink and with folders."""

import asyncio
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.adapters.nexthop import NextHops
from gateway.model.envelope import Option, Recipient
from gateway.model.errors import Deferred
from gateway.model.reply import Reply
from gateway.model.tenant import Hop, Route, Scheme
from gateway.ports.delivery import Conversation
from gateway.wire.smtp_client import Tls
from tests.unit.adapters.handing_over import SENDER, B, C, ask, envelope, hops, route, soon
from tests.unit.adapters.standin_hop import StandIn

pytestmark = pytest.mark.enable_socket

BODY = b"Subject: x\r\n\r\n.dot\r\n..two\r\n" + b"0123456789\r\n" * 30_000 + b".\r\nno line end"


@contextmanager
def smtp_sink(folder: Path, *options: str) -> Iterator[int]:
    """Run Postfix's smtp-sink, which writes every message into a file of `folder`."""
    folder.chmod(0o777)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = ["-u", "nobody", "-R", str(folder)] if os.getuid() == 0 else []
    command = ["/usr/sbin/smtp-sink", *user, *options, "-D", "mail", f"127.0.0.1:{port}", "10"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL) as process:
        try:
            yield port
        finally:
            process.kill()


async def until_it_listens(gateway: NextHops, target: Route) -> None:
    """Wait for the sink: it has no other way to say that it is ready."""
    async with asyncio.timeout(10):
        while True:
            try:
                conversation = await gateway.open(target, soon())
            except Deferred:
                await asyncio.sleep(0.02)
            else:
                return await conversation.release()


async def ask_and_send(conversation: Conversation) -> list[Reply]:
    """Go on whatever the answers are."""
    replies = await ask(conversation, B)
    return [*replies, await conversation.message([BODY], soon())]


@pytest.mark.parametrize(("scheme", "option"), [(Scheme.SMTP, "-e"), (Scheme.LMTP, "-L"), (Scheme.SMTP, "-p")])
async def test_a_real_sink_takes_several_messages(tmp_path: Path, scheme: Scheme, option: str) -> None:
    """What leaves is read by Postfix's code line by line as it was given, again and again on one connection."""
    gateway = hops()
    with smtp_sink(tmp_path, option) as port:
        target = Route((Hop(scheme, "127.0.0.1", port),))
        await until_it_listens(gateway, target)
        replies = []
        for _ in range(3):
            conversation = await gateway.open(target, soon())
            replies += await ask(conversation, Recipient(B.address, (Option("NOTIFY", "NEVER"),)))
            replies.append(await conversation.message([BODY[:20], BODY[20:70_000], BODY[70_000:]], soon()))
            await conversation.release()
        await gateway.close()

    assert all(reply.is_positive for reply in replies)
    expected = (1, 3)

    assert expected == (gateway.counters.opened, gateway.counters.kept)
    arrived = (tmp_path / "mail").read_bytes().replace(b"\r\n", b"\n")
    assert arrived.count(BODY.replace(b"\r\n", b"\n") + b"\n") == 3


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
async def test_a_real_sink_that_disconnects(tmp_path: Path, command: str) -> None:
    """Each time again, at whatever command: 451."""
    gateway = hops()
    with smtp_sink(tmp_path, "-q", command) as port:
        target = Route((Hop(Scheme.SMTP, "127.0.0.1", port),))
        await until_it_listens(gateway, target)
        conversation = await gateway.open(target, soon())
        with pytest.raises(Deferred, match="closed"):
            await ask_and_send(conversation)
        await conversation.release()
        await gateway.close()


@pytest.mark.parametrize(("option", "code"), [("-r", 450), ("-f", 500)])
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "."])
async def test_a_real_sink_that_refuses(tmp_path: Path, option: str, code: int, command: str) -> None:
    """The refusal keeps its code."""
    gateway = hops()
    with smtp_sink(tmp_path, option, command) as port:
        target = Route((Hop(Scheme.SMTP, "127.0.0.1", port),))
        await until_it_listens(gateway, target)
        conversation = await gateway.open(target, soon())
        replies = await ask_and_send(conversation)
        await conversation.release()
        await gateway.close()

    assert code == next(reply.code for reply in replies if not reply.is_positive)


async def test_a_folder_takes_mail(tmp_path: Path) -> None:
    """A relative folder lies under the root."""
    gateway = NextHops("gw.example", Tls.NEVER, tmp_path)
    conversation = await gateway.open(Route((Hop(Scheme.MAILDIR, path="in/box"),)), soon())
    await ask(conversation, B, C)
    reply = await conversation.message([BODY], soon())
    await conversation.release()
    [stored] = (tmp_path / "in" / "box" / "new").iterdir()

    assert Reply(250, "0.0", (f"stored as {stored.name}",)) == reply
    assert str(Hop(Scheme.MAILDIR, path="in/box")) == conversation.features.name


async def test_a_folder_behind_a_server_takes_what_the_server_cannot(tmp_path: Path) -> None:
    """Hops are tried in order; a folder always answers."""
    gateway = NextHops("gw.example", Tls.NEVER, tmp_path)
    folder = Hop(Scheme.MAILDIR, path="box")
    async with StandIn() as standin:
        server = standin.hop
        taken = await gateway.open(Route((server, folder)), soon())
        await taken.release()
        await gateway.close()
    left = await gateway.open(Route((server, folder)), soon())

    assert [str(server), str(folder)] == [taken.features.name, left.features.name]


async def test_closing_says_quit(tmp_path: Path) -> None:
    """At the end no connection is left behind."""
    gateway = hops()
    async with StandIn() as standin:
        conversation = await gateway.open(route(standin), soon())
        await conversation.mail(SENDER, envelope(), None, soon())
        await conversation.release()
        await gateway.close()
        await standin.sessions[0].closed.wait()

    assert standin.commands[-2:] == ["RSET", "QUIT"]
