"""Small questions over HTTP: bounded in time and size, redirects not followed, trouble told in words without secrets.

Only the jobs process asks any; nobody else loads this.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import msgspec

from gateway import __version__

_PATIENCE = 15.0
"""Seconds for one answer to begin, and for each pause in it."""
_LONGEST = 60.0
"""For all of it."""
_MOST = 1024 * 1024
_AGENT = f"postern/{__version__}"


class HttpError(Exception):
    """There is no answer that can be used; the words name neither address nor key."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What a server said."""

    status: int
    body: bytes

    def json(self) -> object:
        """Return the body read as JSON. Raises HttpError."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, RecursionError) as error:
            raise HttpError("the answer is not JSON") from error


async def get(url: str) -> HttpAnswer:
    """Ask for `url`. Raises HttpError."""
    return await _ask("GET", url, {}, None)


async def post(url: str, content: object, headers: Mapping[str, str]) -> HttpAnswer:
    """Send `content` as JSON. Raises HttpError."""
    sent = {"Content-Type": "application/json", **headers}
    return await _ask("POST", url, sent, msgspec.json.encode(content))


async def _ask(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> HttpAnswer:
    try:
        async with (
            asyncio.timeout(_LONGEST),
            httpx.AsyncClient(timeout=_PATIENCE, headers={"User-Agent": _AGENT}) as client,
            client.stream(method, url, headers=dict(headers), content=body) as answer,
        ):
            return HttpAnswer(answer.status_code, await _body(answer))
    except HttpError:
        raise
    except Exception as error:  # an odd address makes the library raise all sorts
        raise HttpError(f"no answer ({type(error).__name__})") from error


async def _body(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > _MOST:
            raise HttpError("the answer is too long")
    return bytes(body)
