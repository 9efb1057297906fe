"""What the files service stands on: a row that decides, bytes, and somebody who scans again."""

from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.model.hosted import Download, FileState, HostedFile, Shard
from gateway.model.limits import Deadline


class Unavailable(Exception):
    """The store or the scanner cannot be used now; whoever asks should come again."""


@dataclass(frozen=True, slots=True)
class Plea:
    """Somebody with a link to a file that is no longer given out asks the admin for it."""

    at: float
    token: str
    """A digest of the token that was shown; never the token."""
    address: str
    """Of the client, truncated to its network."""
    recipient: str
    """Who asks: one of those to whom the file was sent."""
    words: str
    """Why, cleaned."""


class Lending(Protocol):
    """The catalogue, as one who gives files out sees it. Blocks, and raises `Unavailable`."""

    def find(self, file_id: str) -> HostedFile | None:
        """Return the file as it is now, bans considered."""

    def shards(self) -> Sequence[Shard]:
        """Return all attachment domains."""

    def downloads_since(self, file_id: str, since: float) -> int:
        """Count downloads of a file in its journal."""

    def withdrawn(self, ids: Collection[str]) -> Collection[str]:
        """Return those of `ids` that must not be given out any more."""

    def record(self, lines: Sequence[tuple[str, Download]]) -> None:
        """Write into the journals of files, and count."""

    def plead(self, file_id: str, plea: Plea, since: float, most: int) -> bool:
        """Write a plea down, unless there were `most` for the file `since`; tell whether it was."""


class Contents(Protocol):
    """The bytes of files."""

    def read(self, file: HostedFile, start: int, end: int, piece: Callable[[], int]) -> AsyncGenerator[bytes, None]:
        """Yield the bytes from `start` to before `end`, each time at most `piece()` of them or a little more.

        Raises `Unavailable`, before the first piece where the content is gone.
        """

    def place(self, file: HostedFile) -> str | None:
        """Return the content's path below the root of the folder; None where it does not lie in one."""


class Rescanner(Protocol):
    """Scans a file again whose last verdict is of older signatures."""

    def is_current(self, file: HostedFile) -> bool:
        """Tell whether the newest signatures that are known gave the file's last verdict."""

    async def rescan(self, file: HostedFile, deadline: Deadline) -> FileState:
        """Scan, write down what came of it, and return the file's state. Raises `Unavailable` for silence."""
