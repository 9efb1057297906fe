"""What a process tree costs: CPU seconds with its dead children, and proportional memory.

A dead child's CPU time moves to the parent that waited for it, so the sum over the living tree (own and
waited-for times) neither loses nor counts twice, as long as everything is reaped inside the tree.
Memory is PSS: pages shared by several processes count once. Page cache of files counts for nobody.
"""

import os
import threading
from pathlib import Path
from typing import Self

TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1024 * 1024


def children(pid: int) -> list[int]:
    """Return the living children of a process."""
    return [child for child, fields in _stats() if int(fields[1]) == pid]


def members(root: int) -> list[int]:
    """Return `root` and all its living descendants, `root` first."""
    below: dict[int, list[int]] = {}
    for pid, fields in _stats():
        below.setdefault(int(fields[1]), []).append(pid)
    found, todo = list[int](), [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo.extend(below.get(pid, ()))
    return found


def cpu_seconds(root: int) -> float:
    """Return user and system time of the tree, with that of children that ended."""
    tree = set(members(root))
    return sum(sum(map(int, fields[11:15])) for pid, fields in _stats() if pid in tree) / TICKS


def memory(root: int) -> float:
    """Return the tree's PSS in MiB."""
    return sum(_pss(pid) for pid in members(root)) / MIB


def descriptors(root: int) -> int:
    """Return how many descriptors are open in the tree."""
    return sum(_open(pid) for pid in members(root))


def _open(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _stats() -> list[tuple[int, list[str]]]:
    """Return the fields of /proc/PID/stat that follow the command: state, parent and so on."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            found.append((int(entry.name), text.rpartition(")")[2].split()))
    return found


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


class Peak:
    """Samples a tree's memory in a thread while the context lasts."""

    def __init__(self, root: int, every: float = 0.1) -> None:
        self._root = root
        self._every = every
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.mib = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.is_set():
            self.mib = max(self.mib, memory(self._root))
            self._done.wait(self._every)
