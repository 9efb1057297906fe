"""The last hop as a folder: mail into a Maildir, for routes `maildir:FOLDER`.

A positive reply means that the message and its directory entry are on disk (fsync of the file and of `new/`).
Return-Path and Delivered-To come on top, as final delivery has it (RFC 5321 section 4.4). The message keeps its
CR LF line ends, unlike with most local deliverers: what is stored is what was on the wire, so that signatures
and digests can be checked on the file itself; mail programs and IMAP servers read both.
"""

import asyncio
import errno
import itertools
import os
import secrets
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from gateway.model.envelope import Envelope, Recipient, Sender
from gateway.model.errors import Deferred
from gateway.model.limits import Deadline
from gateway.model.reply import DEADLINE, DISK_FULL, SYNTAX, UNFORESEEN, Reply
from gateway.ports.delivery import HopFeatures, Stretch
from gateway.wire.smtp_commands import BadPath, path

_counter = itertools.count()
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class MaildirConversation:
    """Implements `ports.delivery.Conversation`: accepts whom it is given and writes one file."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._folder = folder
        self._sender = ""
        self._recipients: list[str] = []

    @property
    def features(self) -> HopFeatures:
        """A folder takes everything."""
        return HopFeatures(self._name, body8bit=True, smtputf8=True)

    async def mail(
        self,
        sender: Sender,
        envelope: Envelope,
        size: int | None,
        deadline: Deadline,
        first: Recipient | None = None,
    ) -> Reply:
        """Accept the sender."""
        del envelope, size, deadline, first
        self._recipients = []
        try:
            self._sender = path(sender.address)
        except BadPath:
            return SYNTAX.reply()
        return Reply(250, "1.0", ("sender ok",))

    async def rcpt(self, recipient: Recipient, deadline: Deadline) -> Reply:
        """Accept the recipient."""
        del deadline
        try:
            self._recipients.append(path(recipient.address)[1:-1])
        except BadPath:
            return SYNTAX.reply()
        return Reply(250, "1.5", ("recipient ok",))

    async def message(self, chunks: Iterable[bytes | Stretch], deadline: Deadline) -> Reply:
        """Write the message; raises `Deferred` when it cannot be made durable."""
        writing = asyncio.create_task(asyncio.to_thread(self._store, chunks, deadline))
        try:
            name = await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.wait({writing})  # the thread reads the caller's spool: it must not close before
            writing.exception()
            raise
        except OSError as error:
            cause = DISK_FULL if error.errno in _NO_SPACE else UNFORESEEN
            raise Deferred(cause.reply(), f"{self._name}: {error}") from error
        return Reply(250, "0.0", (f"stored as {name}",))

    async def release(self) -> None:
        """Nothing is held."""

    def _store(self, chunks: Iterable[bytes | Stretch], deadline: Deadline) -> str:
        name = _unique_name()
        temporary, final = self._folder / "tmp" / name, self._folder / "new" / name
        try:
            _make(self._folder)
            self._write(temporary, chunks, deadline)
            temporary.rename(final)
            _sync(final.parent)
        except BaseException:
            for file in (temporary, final):
                with suppress(OSError):
                    file.unlink()
            raise
        return name

    def _write(self, file: Path, chunks: Iterable[bytes | Stretch], deadline: Deadline) -> None:
        top = [f"Return-Path: {self._sender}", *(f"Delivered-To: {address}" for address in self._recipients), ""]
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(descriptor, "wb", buffering=0) as raw:  # noqa: PTH123 - Path cannot open a descriptor
            for chunk in itertools.chain(["\r\n".join(top).encode()], _read(chunks)):
                _write_all(raw.fileno(), chunk)
                if not deadline.remaining(time.monotonic()):
                    raise Deferred(DEADLINE.reply(), f"{self._name}: out of time")
            os.fsync(raw.fileno())


def _read(chunks: Iterable[bytes | Stretch]) -> Iterator[bytes]:
    for chunk in chunks:
        if isinstance(chunk, Stretch):
            yield from chunk.spool.chunks(chunk.span)
        else:
            yield chunk


def _write_all(descriptor: int, chunk: bytes) -> None:
    """Write the whole chunk; a full disk may take a part of it and say so only on the next call."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _unique_name() -> str:
    """Return a name as the Maildir convention has it: time, what makes it unique here, host."""
    now = time.time_ns()
    host = socket.gethostname().replace("/", r"\057").replace(":", r"\072")
    unique = f"M{now // 1000 % 1_000_000}P{os.getpid()}Q{next(_counter)}R{secrets.token_hex(4)}"
    return f"{now // 1_000_000_000}.{unique}.{host}"


def _make(folder: Path) -> None:
    """Make the folder and its three parts durable, where they are not there yet."""
    parts = [folder / "tmp", folder / "cur", folder / "new"]
    if all(part.is_dir() for part in parts):
        return
    grown = {one.parent for one in (folder, *folder.parents) if not one.is_dir()}
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for part in parts:
        part.mkdir(mode=0o700, exist_ok=True)
    for one in {folder, *grown}:
        _sync(one)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
