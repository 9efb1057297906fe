"""What the life of hosted files costs with many of them: `python -m bench.hosted_rows [--rows 1000000]`.

The same questions over a hundredth of the rows and over all of them, on SQLite, each the best of three; the ratio of
the two says what grows with the number of rows. The rows stand in a temporary folder; no contents are stored.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from gateway.adapters.sql.bans import SqlBans, SqlStanding
from gateway.adapters.sql.contents import Contents
from gateway.adapters.sql.domains import SqlShards
from gateway.adapters.sql.hosted import SqlHosted
from gateway.adapters.sql.rescans import SqlPasses
from gateway.adapters.sql.store import Store, open_store
from gateway.adapters.storeplace import Place
from gateway.model.artifact import Artifact, Role
from gateway.model.envelope import Envelope, Peer, Recipient, Sender
from gateway.model.facts import Facts
from gateway.model.hosted import FileState, Shard, ShardState
from gateway.model.scan import Outcome, ScanResult
from gateway.model.span import Span
from gateway.ports.hosting import Which
from gateway.reputation.shards import DEFAULT_POOL, assign

TENANTS, DOMAINS, PAGE = 600, 6, 100
KINDS = ("pdf", "docx", "xlsx", "jpg", "png", "zip", "mp4", "exe", "docm", "csv")
_NOW = 1_795_000_000.0
_CHUNK = 20_000


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with filled(rows // 100) as few, filled(rows) as many:
        small, large = measure(few), measure(many)
    print(f"\n| SQLite, best of three | {rows // 100:,} rows | {rows:,} rows | ratio |\n| --- | --- | --- | --- |")
    for name, seconds in large.items():
        print(f"| {name} | {shown(small[name])} | {shown(seconds)} | {seconds / small[name]:.1f} |")


def shown(seconds: float) -> str:
    """Write a time."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


@contextmanager
def filled(rows: int) -> Iterator[Store]:
    """Open a store with so many files, a second apart, all of them scanned."""
    with tempfile.TemporaryDirectory(prefix="postern-rows-") as folder:
        store = open_store(Place("", "", Path(folder)))
        began = time.monotonic()
        shards = [Shard(f"files{number}.example", DEFAULT_POOL) for number in range(DOMAINS)]
        SqlShards(store.engine).declare([*shards, Shard("spare.example", DEFAULT_POOL, is_spare=True)])
        homes = {number: home.domain for number in range(TENANTS) if (home := assign(f"t{number}", shards))}
        connection = store.engine.raw_connection()
        connection.execute("PRAGMA synchronous=OFF")
        for first in range(0, rows, _CHUNK):
            _fill(connection, range(first, min(rows, first + _CHUNK)), homes)
        connection.execute("PRAGMA synchronous=FULL")
        connection.close()
        print(f"{rows:,} rows in {time.monotonic() - began:.0f} s", flush=True)
        yield store
        store.close()


def _fill(connection: object, numbers: range, homes: Mapping[int, str]) -> None:
    facts = msgspec.json.encode(_facts()).decode()
    files = [
        (
            *(f"f{number:09}", f"t{number % TENANTS}", f"{number:064x}", 20_000_000, "plan.pdf", "application/pdf"),
            *(f"m{number}", f"<{number}@sender.example>", f"s{number % 50_000}@sender.example"),
            *('["someone@acme.example"]', _NOW - number, _NOW + 30 * 86_400, FileState.LIVE, "", _NOW, "ClamAV 1.4/1"),
            *(0, homes[number % TENANTS], f'["ext:{KINDS[number % 10]}"]', True, _NOW - number, facts),
        )
        for number in numbers
    ]
    kinds = [(f"{prefix}:{KINDS[number % 10]}", f"f{number:09}") for number in numbers for prefix in ("ext", "family")]
    contents = [(f"t{number % TENANTS}", f"{number:064x}", 20_000_000, 0.0, False) for number in numbers]
    connection.execute("BEGIN")  # type: ignore[attr-defined]
    for table, lines in (("hosted", files), ("hosted_kinds", kinds), ("blobs", contents)):
        marks = ", ".join("?" * len(lines[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", lines)  # type: ignore[attr-defined]
    connection.execute("COMMIT")  # type: ignore[attr-defined]


def _facts() -> Facts:
    file = Artifact(
        "2",
        Role.ATTACHMENT,
        ("plan.pdf",),
        "application/pdf",
        "application/pdf",
        20_000_000,
        "ab" * 32,
        0,
        (2,),
        Span(0, 20_000_000),
    )
    envelope = Envelope(
        Peer("192.0.2.1", 25, "client.example"), Sender("s1@sender.example"), (Recipient("a@b.example"),)
    )
    scan = ScanResult("2", Outcome.CLEAN, "", "ClamAV 1.4/1")
    return Facts("m1", _NOW, envelope, 27_000_000, (file,), (), (scan,))


def measure(store: Store) -> Mapping[str, float]:
    """Return the best of three of each question."""
    engine = store.engine
    files, bans, passes, shards = SqlHosted(engine), SqlBans(engine), SqlPasses(engine), SqlShards(engine)
    contents, standing = Contents(engine, store.blobs), SqlStanding(engine)
    first = [one.file.id for one in files.due_for_rescan(_NOW + 1, PAGE)]
    top = files.list(Which(), 1)[0]

    def move() -> None:
        """Let a domain rest, and say where each of its tenants is now."""
        tenants = shards.tenants_of("files0.example")
        shards.set_state("files0.example", ShardState.RESTING, "bench", "listed")
        every = shards.list()
        if len([assign(tenant, every) for tenant in tenants]) != len(tenants):
            raise RuntimeError("a tenant has no domain")
        shards.set_state("files0.example", ShardState.ACTIVE, "bench", "back")

    questions: Mapping[str, Callable[[], object]] = {
        f"choose {PAGE} files for a rescan, all due": lambda: files.due_for_rescan(_NOW + 1, PAGE),
        "look for files that are due, none is": lambda: files.due_for_rescan(_NOW - 1, PAGE),
        "count the files that are left": lambda: passes.left(_NOW - 1),
        f"write {PAGE} scans down": lambda: files.mark_scanned(first, _NOW, "ClamAV 1.4/1"),
        "ban an extension, and count what that stops": lambda: bans.ban(("ext:docm",), 4e9, "bench", "worm"),
        "find a file, while that ban holds": lambda: files.find(top.id),
        "let a domain rest and move its tenants": move,
        "choose 1000 suspects of a domain": lambda: files.suspects_of("files0.example", 1000),
        "take a content back": lambda: files.revoke(Which(sha256=top.sha256), "bench", "bad"),
        "judge 500 files of a tenant: read them": lambda: standing.walk("t7", None, 500),
        "look for files whose time is over": lambda: files.expire(_NOW, 1000),
        "look for contents of no use": lambda: contents.remove_unused(_NOW, 1000),
    }
    return {name: min(_timed(ask) for _ in range(3)) for name, ask in questions.items()}


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
