"""The routes: JSON in, JSON out, each order with its reason.

    GET  /v1/files?tenant=&sender=&sha256=&message=&message_id=&state=     what would be meant
    GET  /v1/files/<id>
    POST /v1/files/revoke    {"id" | "sha256" | "sender" | "message" | "message_id": …, "tenant": …, "reason": …}
    POST /v1/files/restore   {"id": …, "reason": …}

An order that names no file, or has no reason, is 400; a caller who is not known is 401 whatever is asked.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import msgspec
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.model.hosted import FileState, HostedFile
from gateway.ports.hosting import HostedFiles, Which
from gateway.web.orders.callers import Callers, NoCallers

_BODY_BYTES, _BODY_SECONDS = 64 * 1024, 15.0
_MOST = 200
"""Files in one answer."""
_Handler = Callable[[Request, str], Awaitable[Response]]

log = structlog.get_logger()


class Revocation(msgspec.Struct, forbid_unknown_fields=True):
    """Which files are to be taken back, and why; everything that is given must hold."""

    reason: str
    id: str = ""
    tenant: str = ""
    sha256: str = ""
    sender: str = ""
    message: str = ""
    message_id: str = ""


class Restoration(msgspec.Struct, forbid_unknown_fields=True):
    """Which file is to be given out again, and why."""

    id: str
    reason: str


class Orders:
    """Carries orders out."""

    def __init__(self, files: HostedFiles, callers: Callers, trouble: type[Exception]) -> None:
        """Take `trouble` of the files for a moment's: the caller is to come again."""
        self._files = files
        self._callers = callers
        self._trouble = trouble

    def app(self) -> Starlette:
        """Return the ASGI application."""
        return Starlette(
            routes=[
                Route("/v1/files", self._for_callers(self._list), methods=["GET"]),
                Route("/v1/files/revoke", self._for_callers(self._revoke), methods=["POST"]),
                Route("/v1/files/restore", self._for_callers(self._restore), methods=["POST"]),
                Route("/v1/files/{id}", self._for_callers(self._show), methods=["GET"]),
            ]
        )

    def _for_callers(self, handler: _Handler) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                who = self._callers.name_of(request.headers.get("authorization", ""))
                if who is None:
                    return _json({"error": "unknown caller"}, 401, {"www-authenticate": "Bearer"})
                return await handler(request, who)
            except (msgspec.ValidationError, msgspec.DecodeError, ValueError) as error:
                return _json({"error": str(error)}, 400)
            except (self._trouble, NoCallers) as error:
                log.warning("order_failed", reason=str(error))
                return _json({"error": "not possible now"}, 503, {"retry-after": "10"})

        return answer

    async def _list(self, request: Request, _who: str) -> Response:
        asked: dict[str, Any] = dict(request.query_params)
        state = FileState(asked.pop("state")) if "state" in asked else None
        if unknown := asked.keys() - set(Revocation.__struct_fields__) - {"reason"}:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        found = await asyncio.to_thread(self._files.list, Which(**asked, state=state), _MOST)
        return _json({"files": [_shown(one) for one in found]})

    async def _show(self, request: Request, _who: str) -> Response:
        found = await asyncio.to_thread(self._files.find, request.path_params["id"])
        return _json(_shown(found)) if found else _json({"error": "no such file"}, 404)

    async def _revoke(self, request: Request, who: str) -> Response:
        order = msgspec.json.decode(await _body(request), type=Revocation)
        named = {key: value for key, value in msgspec.structs.asdict(order).items() if value and key != "reason"}
        if not order.reason.strip() or not named.keys() - {"tenant"}:
            raise ValueError("name a file, a digest, a sender or a message, and a reason")
        count = await asyncio.to_thread(self._files.revoke, Which(**named), f"api:{who}", order.reason)
        log.warning("files_revoked", who=who, which=named, files=count)
        return _json({"revoked": count})

    async def _restore(self, request: Request, who: str) -> Response:
        order = msgspec.json.decode(await _body(request), type=Restoration)
        if not order.reason.strip() or not order.id:
            raise ValueError("name a file and a reason")
        is_back = await asyncio.to_thread(self._files.restore, order.id, f"api:{who}", order.reason)
        log.info("file_restored", who=who, file=order.id, done=is_back)
        return _json({"restored": is_back}, 200 if is_back else 409)


async def _body(request: Request) -> bytes:
    """Read the whole body. Raises ValueError for too much of it, or too slowly."""
    body = b""
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > _BODY_BYTES:
                    raise ValueError("the body is too large")
    except TimeoutError:
        raise ValueError("the body came too slowly") from None
    return body


def _shown(file: HostedFile) -> dict[str, Any]:
    return asdict(file)


def _json(content: Any, status: int = 200, head: dict[str, str] | None = None) -> Response:
    fields = {"cache-control": "no-store", "x-content-type-options": "nosniff", **(head or {})}
    return Response(msgspec.json.encode(content) + b"\n", status, fields, "application/json")
