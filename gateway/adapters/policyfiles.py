"""The policies folder on disk: families.yaml, default.yaml, presets/*.yaml, tenants/*.yaml and lists to one PolicySet.

Everything is read on each load, and a folder with any mistake yields no set at all: half a policy would
be another policy. Nothing outside the folder is read, whatever a file names.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from gateway.adapters.yamltree import tree
from gateway.model.policyset import PolicySet
from gateway.policy.assemble import assemble
from gateway.policy.source import Document, ListFile, PolicyErrors, Problem, Sources

MAX_BYTES = 1024 * 1024
"""Of one policy file."""
MAX_LIST_BYTES = 8 * 1024 * 1024
"""Of one list."""
FAMILIES, DEFAULT, PRESETS, TENANTS = "families.yaml", "default.yaml", "presets", "tenants"


def load(folder: Path) -> PolicySet:
    """Read a policies folder. Raises PolicyErrors with every mistake when anything in it is wrong or missing."""
    files = _Files(folder)
    families, default = files.read(folder / FAMILIES), files.read(folder / DEFAULT)
    presets, tenants = files.read_all(PRESETS), files.read_all(TENANTS)
    if not any((folder / TENANTS).glob("*.yaml")):
        files.miss(folder / TENANTS, "no tenant is named; add a file such as tenants/acme.yaml")
    for document in filter(None, (default, *presets, *tenants)):
        files.read_lists(document)
    sources = Sources(families, default, tenants, presets, files.lists)
    return assemble(sources, files.version, files.problems)


class _Files:
    """Reads files, keeping what was wrong and a digest over all of them."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[Problem] = []
        self.lists: dict[str, ListFile] = {}
        self._folder = folder
        self._digest = hashlib.sha256()

    @property
    def version(self) -> str:
        """Names exactly these bytes in exactly these files."""
        return self._digest.hexdigest()[:12]

    def read_all(self, folder: str) -> tuple[Document, ...]:
        """Read the policy files of a folder, and name those that look like one but would silently not count."""
        paths = sorted((self._folder / folder).glob("*.yaml"))
        for path in (self._folder / folder).glob("*.[yY]*[mM][lL]"):
            if path not in paths:
                self.miss(path, f"is not read; call it {path.stem}.yaml")
        return tuple(filter(None, map(self.read, paths)))

    def read(self, path: Path) -> Document | None:
        try:
            raw = self._bytes(path, MAX_BYTES)
            return tree(raw, str(path), path.stem)
        except OSError as error:
            self.miss(path, _words(error))
        except PolicyErrors as error:
            self.problems += error.problems
        return None

    def read_lists(self, document: Document) -> None:
        """Read the lists that a policy file names; what is no list there is for the parser to say."""
        for name, file in _named_lists(document):
            if file in self.lists:
                continue
            try:
                self.lists[file] = self._list(self._folder / file)
            except (OSError, ValueError) as error:
                where = ("lists", name, "file")
                self.problems.append(document.problem(where, f'the list "{file:.100}" {_words(error)}'))

    def _list(self, path: Path) -> ListFile:
        if not path.resolve().is_relative_to(self._folder.resolve()):
            raise OSError(0, "lies outside the policy folder")
        return ListFile(str(path), self._bytes(path, MAX_LIST_BYTES).decode())

    def _bytes(self, path: Path, most: int) -> bytes:
        """Read a file that is not too large, and count it into the version."""
        with path.open("rb") as file:
            raw = file.read(most + 1)
        name = str(path.relative_to(self._folder))
        self._digest.update(f"{name}\0{len(raw)}\0".encode("utf-8", "surrogateescape") + raw)
        if len(raw) > most:
            raise OSError(0, f"larger than {most // 1024} KiB")
        return raw

    def miss(self, path: Path, text: str) -> None:
        self.problems.append(Problem(str(path), 1, 1, text))


def _named_lists(document: Document) -> Iterator[tuple[str, str]]:
    value = document.value.get("lists") if isinstance(document.value, dict) else None
    for name, one in value.items() if isinstance(value, dict) else ():
        file = one.get("file") if isinstance(one, dict) else None
        if isinstance(file, str) and "\0" not in file:
            yield name, file


def _words(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror}" if error.errno else str(error.strerror)
    return "is not UTF-8"
