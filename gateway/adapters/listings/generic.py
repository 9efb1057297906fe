"""Any service that tells over HTTP whether a domain is listed: by its status, or by a value in its JSON.

By status: 200 is listed, 404 is clean. By value (RFC 6901 pointer, status 200): empty, false, zero or null is clean,
anything else is listed, and a value that is not there is no answer. Every other status is silence.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from gateway.adapters import http_client
from gateway.adapters.http_client import HttpError
from gateway.reputation.listings import Said, Word

_AT_ONCE = 4
PLACE = "{domain}"
"""Stands in the address for the domain."""


@dataclass(frozen=True, slots=True)
class HttpSource:
    """Implements `ports.listings.ListingSource`."""

    name: str
    url: str
    """With `{domain}`."""
    pointer: str | None = None
    """Where in the JSON; None: the status says it."""

    async def ask(self, names: Sequence[str]) -> Mapping[str, Said]:
        """Ask for one name after the other, a few at a time."""
        slots = asyncio.Semaphore(_AT_ONCE)

        async def one(name: str) -> Said:
            async with slots:
                return await self._one(name)

        return dict(zip(names, await asyncio.gather(*map(one, names)), strict=True))

    async def _one(self, name: str) -> Said:
        try:
            answer = await http_client.get(self.url.replace(PLACE, quote(name, safe="")))
            if self.pointer is not None and answer.status == 200:
                return Said(Word.LISTED if value_at(answer.json(), self.pointer) else Word.CLEAN)
        except HttpError as error:
            return Said(Word.SILENT, str(error))
        by_status = {} if self.pointer is not None else {200: Word.LISTED, 404: Word.CLEAN}
        word = by_status.get(answer.status, Word.SILENT)
        return Said(word, f"status {answer.status}" if word is Word.SILENT else "")


def value_at(content: object, pointer: str) -> object:
    """Return what a JSON pointer names. Raises HttpError where there is nothing."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(content, dict) and key in content:
            content = content[key]
        elif isinstance(content, list) and key.isascii() and key.isdecimal() and int(key) < len(content):
            content = content[int(key)]
        else:
            raise HttpError("the answer has another shape")
    return content
