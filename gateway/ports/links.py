"""Links to a tenant's own file hosts: found in a message, and made anew on an attachment domain."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from gateway.model.limits import Deadline
from gateway.model.links import Linked, Linking
from gateway.ports.hosting import NewFile
from gateway.ports.spool import Spool


class LinkFinder(Protocol):
    """Looks through the texts of a message."""

    async def find(self, spool: Spool, linking: Linking, deadline: Deadline) -> Linked | None:
        """Return the links; None where the sandbox gave no answer. Raises `Deferred` where no child is free in time."""


class LinkMaker(Protocol):
    """Makes links; a row for each decides on every request, as for a file."""

    async def link(self, links: Sequence[NewFile], deadline: Deadline) -> Mapping[str, str]:
        """Return the new URLs by where the links led (`HostedFile.name`), when the rows are durable.

        Raises `Deferred` (451 4.3.0) for anything else.
        """
