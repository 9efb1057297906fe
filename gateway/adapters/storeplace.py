"""Where the store is, as the settings say; nothing here opens it."""

from dataclasses import dataclass
from pathlib import Path

from gateway.ports.files import Unavailable


class StoreError(Unavailable):
    """The store cannot be used now; the words are for the admin and name no secret."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the store is, as the settings say."""

    url: str
    """PostgreSQL; empty for SQLite in the folder."""
    blobs: str
    """S3; empty for files in the folder."""
    folder: Path

    @property
    def database(self) -> Path | None:
        """The file of SQLite, where that is in use."""
        return None if self.url else self.folder / "postern.db"

    @property
    def contents(self) -> Path | None:
        """The folder of contents, where they lie in one."""
        return None if self.blobs else self.folder / "blobs"
