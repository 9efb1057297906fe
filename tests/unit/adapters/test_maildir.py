"""A message in a Maildir is whole, durable and private, or it is not there at all."""

import asyncio
import errno
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest

from gateway.adapters.maildir import MaildirConversation
from gateway.adapters.spool import SpoolFolder
from gateway.model.envelope import Envelope, Peer, Recipient, Sender
from gateway.model.errors import Deferred
from gateway.model.limits import Deadline
from gateway.model.reply import DEADLINE, DISK_FULL, SYNTAX, UNFORESEEN, Reply
from gateway.model.span import Span
from gateway.ports.delivery import Stretch

MESSAGE = [b"Subject: x\r\n\r\n", b".dot\r\n", b"\x00\xff no line end"]


def soon(seconds: float = 10.0) -> Deadline:
    return Deadline(time.monotonic() + seconds)


async def conversation_with(folder: Path, sender: str | None, *recipients: str) -> MaildirConversation:
    conversation = MaildirConversation("maildir:box", folder)
    envelope = Envelope(Peer("192.0.2.1", 1), Sender(sender), ())
    replies = [await conversation.mail(Sender(sender), envelope, None, soon())]
    replies += [await conversation.rcpt(Recipient(recipient), soon()) for recipient in recipients]

    assert all(reply.is_positive for reply in replies)
    return conversation


async def test_a_message_is_stored_as_it_came(tmp_path: Path) -> None:
    """Return-Path and Delivered-To on top, every other byte and line end untouched."""
    conversation = await conversation_with(tmp_path / "box", "a@example.org", "b@example.net", "c@example.net")
    reply = await conversation.message(MESSAGE, soon())
    [stored] = (tmp_path / "box" / "new").iterdir()
    top = b"Return-Path: <a@example.org>\r\nDelivered-To: b@example.net\r\nDelivered-To: c@example.net\r\n"

    assert Reply(250, "0.0", (f"stored as {stored.name}",)) == reply
    assert top + b"".join(MESSAGE) == stored.read_bytes()
    assert list((tmp_path / "box" / "tmp").iterdir()) == []


async def test_a_part_that_is_named_by_its_place_is_stored_too(tmp_path: Path) -> None:
    """It is read from the spool."""
    spool = SpoolFolder(tmp_path / "spool")()
    spool.write(b"not this\r\nthis\r\nnor this\r\n")
    conversation = await conversation_with(tmp_path / "box", None, "b@example.net")
    await conversation.message([b"first\r\n", Stretch(spool, Span(10, 16)), b"last\r\n"], soon())
    [stored] = (tmp_path / "box" / "new").iterdir()

    assert stored.read_bytes().endswith(b"\r\nfirst\r\nthis\r\nlast\r\n")


async def test_the_null_sender_stays_null(tmp_path: Path) -> None:
    """A bounce has an empty Return-Path."""
    conversation = await conversation_with(tmp_path, None, "b@example.net")
    await conversation.message(MESSAGE, soon())
    [stored] = (tmp_path / "new").iterdir()

    assert stored.read_bytes().startswith(b"Return-Path: <>\r\n")


async def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    """Folders and files are made for their owner alone, whatever the umask."""
    conversation = await conversation_with(tmp_path / "box", None, "b@example.net")
    await conversation.message(MESSAGE, soon())
    made = [tmp_path / "box", *(tmp_path / "box").iterdir(), *(tmp_path / "box" / "new").iterdir()]
    expected = [0o700] * 4 + [0o600]

    assert expected == [S_IMODE(path.stat().st_mode) for path in made]


async def test_two_messages_at_once_get_two_files(tmp_path: Path) -> None:
    """Names never collide."""
    conversations = [await conversation_with(tmp_path, None, "b@example.net") for _ in range(20)]
    await asyncio.gather(*(conversation.message(MESSAGE, soon()) for conversation in conversations))

    assert len(list((tmp_path / "new").iterdir())) == 20


async def test_everything_is_on_disk_before_the_reply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is synced while still in tmp/, then new/, and the folders above once when they are made."""
    synced: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    conversation = await conversation_with(tmp_path / "a" / "box", None, "b@example.net")
    await conversation.message(MESSAGE, soon())
    [stored] = (tmp_path / "a" / "box" / "new").iterdir()
    folders = {str(tmp_path), str(tmp_path / "a"), str(tmp_path / "a" / "box")}

    assert folders == set(synced[:-2])
    assert [str(stored.parent.parent / "tmp" / stored.name), str(stored.parent)] == synced[-2:]


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize(
    ("number", "cause"), [(errno.ENOSPC, DISK_FULL), (errno.EDQUOT, DISK_FULL), (errno.EIO, UNFORESEEN)]
)
async def test_a_failing_disk_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, cause: object
) -> None:
    """A fault that a real disk shows on no demand: 4xx, and no file that could be taken for a message."""
    conversation = await conversation_with(tmp_path, None, "b@example.net")
    await conversation.message(MESSAGE, soon())

    def fail(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(Deferred) as raised:
        await conversation.message(MESSAGE, soon())

    assert raised.value.reply == cause.reply()  # type: ignore[attr-defined]
    assert len(list((tmp_path / "new").iterdir())) == 1
    assert list((tmp_path / "tmp").iterdir()) == []


async def test_a_folder_that_cannot_be_made_is_deferred(tmp_path: Path) -> None:
    """A wrong path is our fault, so 451."""
    (tmp_path / "file").write_bytes(b"")
    conversation = await conversation_with(tmp_path / "file", None, "b@example.net")
    with pytest.raises(Deferred) as raised:
        await conversation.message(MESSAGE, soon())

    assert UNFORESEEN.reply() == raised.value.reply


async def test_a_message_past_its_deadline_is_not_stored(tmp_path: Path) -> None:
    """The client was told 451 by then."""
    conversation = await conversation_with(tmp_path, None, "b@example.net")
    with pytest.raises(Deferred) as raised:
        await conversation.message(MESSAGE, soon(0))

    assert DEADLINE.reply() == raised.value.reply
    assert list((tmp_path / "new").iterdir()) + list((tmp_path / "tmp").iterdir()) == []


async def test_a_cancelled_delivery_has_stopped_reading_when_it_returns(tmp_path: Path) -> None:
    """The spool may be closed after it: no thread reads from its descriptor any more."""
    conversation = await conversation_with(tmp_path, None, "b@example.net")
    started, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def chunks() -> Iterator[bytes]:
        started.set()
        go_on.wait()
        yield b"x"
        ended.set()

    delivery = asyncio.create_task(conversation.message(chunks(), soon()))
    await asyncio.to_thread(started.wait)
    delivery.cancel()
    asyncio.get_running_loop().call_later(0.05, go_on.set)
    with pytest.raises(asyncio.CancelledError):
        await delivery

    assert ended.is_set()


async def test_what_is_no_address_is_refused(tmp_path: Path) -> None:
    """No field can be smuggled in through an address."""
    bad = "a@example.org>\r\nBcc: x"
    conversation = MaildirConversation("maildir:box", tmp_path)
    envelope = Envelope(Peer("192.0.2.1", 1), Sender(bad), ())
    replies = [
        await conversation.mail(Sender(bad), envelope, None, soon()),
        await conversation.rcpt(Recipient(bad), soon()),
    ]

    assert [SYNTAX.reply()] * 2 == replies
