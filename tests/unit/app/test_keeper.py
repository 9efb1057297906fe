"""The keeper's life: nothing loaded before it is needed, and no end before its workers have ended."""

import asyncio
import os
import signal
import tempfile
from pathlib import Path

from gateway.adapters.keeper_frames import Host, Keep, Settle
from gateway.app import keeper
from gateway.app.config import load
from gateway.app.keeper import Lazy
from gateway.app.status import Status, offer, place
from tests.unit.adapters.kept import CASE, Hands
from tests.unit.adapters.sql.hosting import new


class Vault(Hands):
    """A vault that counts what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.due = [0]

    def tidy(self) -> int:
        """Say how much was due; fail as told."""
        if self.error:
            raise self.error
        return self.due.pop()


def test_vault_is_made_by_the_first_message() -> None:
    """Until then there is nothing to tidy either."""
    made: list[Vault] = []

    def make() -> Vault:
        made.append(Vault())
        return made[-1]

    lazy = Lazy(make, is_needed=False)
    lazy.tidy()

    assert made == []

    descriptor = os.memfd_create("message")
    for _ in range(2):
        lazy.keep(Keep(CASE, 0), descriptor)
    os.close(descriptor)

    assert [len(one.kept) for one in made] == [2]


def test_files_and_ends_of_messages_reach_the_vault() -> None:
    """The first of them makes it, too."""
    vault, descriptor = Vault(), os.memfd_create("file")
    lazy = Lazy(lambda: vault, is_needed=False)

    assert lazy.host(Host(new(size=0)), descriptor) == "https://files1.example/f1"
    lazy.settle(Settle("m1", delivered=True))
    os.close(descriptor)
    assert (len(vault.hosted), vault.settled) == (1, [Settle("m1", delivered=True)])


def test_tidying_goes_on_while_there_is_something_to_do() -> None:
    """A part at a time, at once; then a pause. Trouble is a pause, too."""
    vault = Vault()
    vault.due = [0, 3]
    lazy = Lazy(lambda: vault, is_needed=True)
    pauses = [lazy.tidy(), lazy.tidy()]
    vault.error = OSError("gone")
    pauses.append(lazy.tidy())

    assert [pause > 0 for pause in pauses] == [False, True, True]


async def test_keeper_stays_until_its_workers_have_gone() -> None:
    """SIGTERM alone does not end it: a worker that drains may still have something to keep."""
    with tempfile.TemporaryDirectory(prefix="keep-") as name:
        settings = load(None, {"POSTERN__STORE__FOLDER": f"{name}/store", "POSTERN__PATHS__RUN": name})
        worker, ears = place(Path(name), 1), keeper.place(Path(name), 1)
        asked = asyncio.Event()

        def current() -> Status:
            asked.set()
            return Status("", (), "")

        answering = await offer(worker, current)
        ready, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os._exit(keeper.run(settings, ears, [worker], lambda _: os.close(writing)))
        os.close(writing)
        await asyncio.to_thread(os.read, ready, 1)
        os.close(ready)
        os.kill(pid, signal.SIGTERM)
        told = asyncio.create_task(asyncio.to_thread(os.waitpid, pid, 0))
        connected = await asyncio.open_unix_connection(str(ears))
        connected[1].close()
        await asked.wait()  # so that no question is on the way when the answers end

        assert not told.done()

        answering.close()
        await answering.wait_closed()
        worker.unlink()
        _, status = await told

        assert (os.waitstatus_to_exitcode(status), ears.exists()) == (0, False)
