"""The policies folder on disk: families.yaml, default.yaml and tenants/*.yaml to one PolicySet.

Everything is read on each load, and a folder with any mistake yields no set at all: half a policy would
be another policy.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from gateway.adapters.yamltree import tree
from gateway.model.policyset import PolicySet
from gateway.policy.assemble import assemble
from gateway.policy.source import Document, PolicyErrors, Problem, Sources

MAX_BYTES = 1024 * 1024
"""Of one file."""
FAMILIES, DEFAULT, TENANTS = "families.yaml", "default.yaml", "tenants"


def load(folder: Path) -> PolicySet:
    """Read a policies folder. Raises PolicyErrors with every mistake when anything in it is wrong or missing."""
    files = _Files(folder)
    tenants = sorted((folder / TENANTS).glob("*.yaml"))
    sources = Sources(
        families=files.read(folder / FAMILIES),
        default=files.read(folder / DEFAULT),
        tenants=tuple(filter(None, map(files.read, tenants))),
    )
    if not tenants:
        files.miss(folder / TENANTS, "no tenant is named; add a file such as tenants/acme.yaml")
    files.refuse_strays((folder / TENANTS).glob("*.[yY]*[mM][lL]"), set(tenants))
    return assemble(sources, files.version, files.problems)


class _Files:
    """Reads files, keeping what was wrong and a digest over all of them."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[Problem] = []
        self._folder = folder
        self._digest = hashlib.sha256()

    @property
    def version(self) -> str:
        """Names exactly these bytes in exactly these files."""
        return self._digest.hexdigest()[:12]

    def read(self, path: Path) -> Document | None:
        try:
            with path.open("rb") as file:
                raw = file.read(MAX_BYTES + 1)
        except OSError as error:
            self.miss(path, f"cannot be read: {error.strerror}")
            return None
        self._digest.update(f"{path.relative_to(self._folder)}\0{len(raw)}\0".encode("utf-8", "surrogateescape") + raw)
        if len(raw) > MAX_BYTES:
            self.miss(path, f"larger than {MAX_BYTES // 1024} KiB")
            return None
        try:
            return tree(raw, str(path), path.stem)
        except PolicyErrors as error:
            self.problems += error.problems
            return None

    def refuse_strays(self, paths: Iterable[Path], known: set[Path]) -> None:
        """Name files that look like a tenant's but would silently not count."""
        for path in paths:
            if path not in known:
                self.miss(path, f"is not read; call it {path.stem}.yaml")

    def miss(self, path: Path, text: str) -> None:
        self.problems.append(Problem(str(path), 1, 1, text))
