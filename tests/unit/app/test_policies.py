"""The policies that a process serves."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from watchfiles._rust_notify import WatchfilesRustInternalError

from gateway.app import policies
from gateway.app.policies import PolicyWatch
from gateway.model.policy import Action
from gateway.policy.source import PolicyErrors
from tests.unit.policy.samples import SHIPPED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped policies."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "policies"))


def change(folder: Path, otherwise: str) -> None:
    """Write the example tenant again."""
    (folder / "tenants" / "example.yaml").write_text(
        f"tenant: example\ndomains: [example.test]\nnext_hop: maildir:x\notherwise: {otherwise}\n"
    )


def example(watch: PolicyWatch) -> Action:
    tenant = watch.current.tenant_of("a@example.test")
    assert tenant is not None
    return tenant.policy.otherwise


def test_broken_folder_at_start_is_fatal(folder: Path) -> None:
    """There is no older set to go on with."""
    change(folder, "no")

    with pytest.raises(PolicyErrors):
        PolicyWatch(folder)


def test_good_change_is_swapped_in(folder: Path) -> None:
    """Whoever holds the old set keeps it whole."""
    watch = PolicyWatch(folder)
    before = watch.current
    change(folder, "tag")

    assert watch.reload()
    assert example(watch) is Action.TAG
    assert watch.current is not before
    assert before.tenants[0].policy.otherwise is Action.REJECT


def test_nothing_is_swapped_where_nothing_changed(folder: Path) -> None:
    """The same bytes are the same set."""
    watch = PolicyWatch(folder)
    before = watch.current

    assert watch.reload()
    assert watch.current is before


def test_broken_change_keeps_the_old_set_and_says_so(folder: Path) -> None:
    """One log line for each mistake; health and metrics see the problems until they are repaired."""
    watch = PolicyWatch(folder)
    before = watch.current
    change(folder, "no")

    with capture_logs() as logs:
        assert not watch.reload()

    assert watch.current is before
    assert [one.line for one in watch.problems] == [4]
    assert [(one["event"], one["log_level"], one["line"], one["column"]) for one in logs] == [
        ("policies_broken", "error", 4, 12)
    ]

    change(folder, "defer")

    assert watch.reload()
    assert watch.problems == ()
    assert example(watch) is Action.DEFER


@contextlib.asynccontextmanager
async def watching(watch: PolicyWatch) -> AsyncIterator[None]:
    task = asyncio.create_task(watch.watch())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], bool]) -> None:
    """Wait for an effect of the watcher's thread; the test's time-out ends it."""
    while not holds():  # noqa: ASYNC110 - nothing to wait on: the set is swapped in one assignment
        await asyncio.sleep(0.01)


async def test_changes_on_disk_are_seen(folder: Path) -> None:
    """A change, a mistake and its repair, in one run."""
    watch = PolicyWatch(folder)
    async with watching(watch):
        change(folder, "tag")
        await until(lambda: example(watch) is Action.TAG)
        change(folder, "no")
        await until(lambda: watch.problems != ())
        change(folder, "defer")
        await until(lambda: example(watch) is Action.DEFER)

    assert watch.problems == ()


@pytest.fixture
def release(folder: Path) -> Path:
    """A symbolic link to the folder, as atomic deployments use it."""
    link = folder.with_name("current")
    link.symlink_to(folder)
    return link


def switch(link: Path, target: Path) -> None:
    """Let the link lead to another folder in one step."""
    fresh = link.with_name("fresh")
    fresh.symlink_to(target)
    fresh.rename(link)


async def test_switched_link_is_followed(folder: Path, release: Path, tmp_path: Path) -> None:
    """To the new folder, and to changes in it."""
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    change(other, "tag")
    watch = PolicyWatch(release)
    async with watching(watch):
        switch(release, other)
        await until(lambda: example(watch) is Action.TAG)
        change(other, "defer")
        await until(lambda: example(watch) is Action.DEFER)


async def test_folder_that_vanishes_is_complained_of_once_and_taken_again(folder: Path, release: Path) -> None:
    """The old set serves meanwhile."""
    watch = PolicyWatch(release)
    with capture_logs() as logs:
        async with watching(watch):
            switch(release, folder / "nowhere")
            await until(lambda: watch.problems != ())
            served = example(watch)
            change(folder, "tag")
            switch(release, folder)
            await until(lambda: example(watch) is Action.TAG)

    assert served is Action.REJECT
    assert sum(one["event"] == "policies_broken" for one in logs) == 3
    assert sum(one["event"] == "policies_unwatched" for one in logs) == 1


async def test_folder_that_cannot_be_watched_is_read_each_second(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine may have used up its watches (stub: none is ever given)."""

    def refuse(*_given: object, **_options: object) -> None:
        raise WatchfilesRustInternalError("no watches left")

    monkeypatch.setattr(policies, "awatch", refuse)
    watch = PolicyWatch(folder)
    with capture_logs() as logs:
        async with watching(watch):
            change(folder, "tag")
            await until(lambda: example(watch) is Action.TAG)
            change(folder, "defer")
            await until(lambda: example(watch) is Action.DEFER)

    assert [one["event"] for one in logs] == ["policies_unwatched", "policies_loaded", "policies_loaded"]
