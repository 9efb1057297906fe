"""The keeper's hands: what they say is kept is kept, and they get better by themselves."""

import hashlib
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.keeper_frames import Host, Keep, Link, Settle
from gateway.adapters.linkkeys import LinkKeys, NoKeys, add_key
from gateway.adapters.sql.domains import SqlShards
from gateway.adapters.sql.hosted import SqlHosted
from gateway.adapters.sql.store import open_store
from gateway.adapters.sql.vault import LinkMaking, Vault
from gateway.adapters.storeplace import Place, StoreError
from gateway.edit.tokens import Claims, read
from gateway.model.hosted import FileState, HostedFile, Shard, ShardState
from gateway.ports.blobs import Blob
from tests.unit.adapters.kept import CASE, DATA
from tests.unit.adapters.sql.hosting import FILE, new


@pytest.fixture
def message(tmp_path: Path) -> int:
    """Open the descriptor of a message."""
    (tmp_path / "message").write_bytes(DATA)
    return os.open(tmp_path / "message", os.O_RDONLY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder for a store."""
    made = tmp_path / "store"
    made.mkdir()
    return made


DIGEST = hashlib.sha256(DATA).hexdigest()


def vault_in(folder: Path) -> Vault:
    """Return a vault with one attachment domain; its keys lie beside."""
    links = LinkMaking(LinkKeys(folder.parent / "link.keys"), (Shard("files1.example", "default"),))
    return Vault(Place("", "", folder), links)


def hosted(folder: Path, file_id: str = "f1") -> HostedFile | None:
    """Return what the catalogue says of a file."""
    store = open_store(Place("", "", folder))
    try:
        return SqlHosted(store.engine).find(file_id)
    finally:
        store.close()


def test_message_is_kept_and_counted(message: int, folder: Path) -> None:
    """The store opens when it is needed."""
    vault = vault_in(folder)

    assert list(folder.iterdir()) == []

    vault.keep(Keep(CASE, len(DATA)), message)

    assert vault.count() == 1


def test_folder_that_went_and_came_back(message: int, folder: Path) -> None:
    """What was written to a removed store is not called kept; a new folder is used as soon as it is there."""
    vault, asked = vault_in(folder), Keep(CASE, len(DATA))
    vault.keep(asked, message)
    shutil.rmtree(folder)
    for _ in range(2):
        with pytest.raises(Exception, match=r"not there|has gone"):
            vault.keep(asked, message)
    folder.mkdir()
    vault.keep(asked, message)

    assert vault.count() == 1


def test_message_that_is_shorter_than_said_is_not_kept(message: int, folder: Path) -> None:
    """Nobody may call half a message an original."""
    vault = vault_in(folder)
    with pytest.raises(StoreError, match="ends at"):
        vault.keep(Keep(CASE, len(DATA) + 1), message)

    assert vault.count() == 0


def test_expired_messages_go_in_parts(message: int, folder: Path) -> None:
    """Whatever is due is done in the end, and then there is nothing to do."""
    vault = vault_in(folder)
    vault.keep(Keep(CASE, len(DATA)), message)

    assert vault.tidy() > 0
    assert (vault.count(), vault.tidy()) == (0, 0)


def test_file_is_hosted_pending_behind_a_link_of_its_tenants_domain(message: int, folder: Path) -> None:
    """Content and row are there, and the token is bound to them."""
    add_key(folder.parent / "link.keys")
    file = new(sha256=DIGEST, size=len(DATA), domain="", created_at=time.time())
    link = vault_in(folder).host(Host(file), message)
    _, _, domain, token, name = link.split("/")
    store = open_store(Place("", "", folder))

    assert (domain, name) == ("files1.example", "plan.pdf")
    keys = LinkKeys(folder.parent / "link.keys").read()
    assert read(token, keys) == Claims("f1", "acme", FILE.audience, 9000)
    assert hosted(folder) == replace(file.file, domain="files1.example")
    assert b"".join(store.blobs.open(Blob("acme", DIGEST))) == DATA
    store.close()


def test_links_to_a_file_host_have_rows_and_tokens_of_their_own(folder: Path) -> None:
    """All of them or none, on the tenant's domain, in their order."""
    add_key(folder.parent / "link.keys")
    rows = [
        new(id=f"l{number}", name=f"https://old.example/{number}", domain="", state=FileState.LIVE, has_content=False)
        for number in (1, 2)
    ]
    vault = vault_in(folder)
    made = [one.split("/") for one in vault.link(Link(tuple(rows)))]
    keys = LinkKeys(folder.parent / "link.keys").read()

    assert {("https:", "", "files1.example", "")} == {(*one[:3], one[4]) for one in made}
    assert ["l1", "l2"] == [read(one[3], keys).file for one in made]
    assert hosted(folder, "l2") == replace(rows[1].file, domain="files1.example")
    with pytest.raises(Exception, match="UNIQUE"):
        vault.link(Link((new(id="l3"), new(id="l1"))))
    assert hosted(folder, "l3") is None


def test_the_end_of_the_mail_settles_its_files(message: int, folder: Path) -> None:
    """Delivered ones live, others are gone."""
    add_key(folder.parent / "link.keys")
    vault = vault_in(folder)
    for number in (1, 2):
        vault.host(Host(new(id=f"f{number}", message=f"m{number}", sha256=DIGEST, size=len(DATA))), message)
    vault.settle(Settle("m1", delivered=True))
    vault.settle(Settle("m2", delivered=False))
    first = hosted(folder)

    assert first
    assert first.state is FileState.LIVE
    assert hosted(folder, "f2") is None


def test_files_that_a_dead_process_left_pending_live_at_the_start(message: int, folder: Path) -> None:
    """Those of messages on their way now stay pending."""
    add_key(folder.parent / "link.keys")
    vault_in(folder).host(Host(new(sha256=DIGEST, size=len(DATA), created_at=time.time())), message)
    vault = vault_in(folder)
    vault.host(Host(new(id="f2", sha256=DIGEST, size=len(DATA), created_at=time.time())), message)

    assert vault.tidy() == 1
    assert [FileState.LIVE, FileState.PENDING] == [
        one.state for file_id in ("f1", "f2") if (one := hosted(folder, file_id))
    ]


def test_nothing_is_hosted_without_keys_or_without_a_domain(message: int, folder: Path) -> None:
    """The worker hears why; no row says that there is a file."""
    vault, file = vault_in(folder), Host(new(sha256=DIGEST, size=len(DATA)))
    with pytest.raises(NoKeys):
        vault.host(file, message)
    add_key(folder.parent / "link.keys")
    with pytest.raises(StoreError, match="in pool gold"):
        vault.host(Host(replace(file.new, pool="gold")), message)
    store = open_store(Place("", "", folder))
    SqlShards(store.engine).set_state("files1.example", ShardState.RESTING, "ada", "listed")
    store.close()
    with pytest.raises(StoreError, match="in pool default"):
        vault.host(file, message)

    assert hosted(folder) is None
