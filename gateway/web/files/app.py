"""The answers: a page for a link, a ticket for a click, the file for a ticket.

    GET  /<token>/<name>                 the page; nothing is given out, so link scanners get nothing
    POST /<token>/<name>   do=download   303 to the same address with a ticket
                           do=ask        a request for a file that is no longer given out
    GET  …?ticket=…                      the file, in ranges too

The token alone counts; the name is for the eye. Every request asks the row anew.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qsl, quote

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from gateway.edit.tokens import BadToken, Claims, read, url
from gateway.model.hosted import Download, HostedFile, Shard
from gateway.model.limits import Deadline
from gateway.model.links import Links
from gateway.model.policy import Notices
from gateway.ports.files import Lending, Rescanner, Unavailable
from gateway.web.connections import WIRE
from gateway.web.files import headers, tickets
from gateway.web.files.access import Standing, elsewhere, is_ours, of, standing
from gateway.web.files.clients import Networks, client, network
from gateway.web.files.download import Downloads, Sending, Transfer
from gateway.web.files.languages import chosen
from gateway.web.files.names import saved
from gateway.web.files.onward import follow, is_link
from gateway.web.files.pages import Pages, View, offered
from gateway.web.files.ranges import Conditions, Span, Unmodified, Unsatisfiable, wanted
from gateway.web.files.rates import Rate
from gateway.web.files.recovery import Asker, Recovery

_FORM_BYTES = 8 * 1024
_FORM_SECONDS = 15.0
_RETRY_SECONDS = 60
_HOUR = 3600.0
_FIXED = {"/robots.txt": b"User-agent: *\nDisallow: /\n", "/healthz": b"ok\n"}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Terms:
    """What the settings say."""

    scheme: str
    port: int
    """Of links."""
    proxies: Networks
    accel: str
    per_hour: int
    client_per_hour: int
    rescan: float


@dataclass(frozen=True, slots=True)
class Parts:
    """What the application stands on."""

    lending: Lending
    downloads: Downloads
    place: Callable[[HostedFile], str | None]
    """`Contents.place`."""
    recovery: Recovery
    rescanner: Rescanner | None
    keys: Callable[[], Sequence[bytes]]
    """Raises Unavailable."""
    notices: Callable[[str], Notices]
    """Of a tenant."""
    links: Callable[[str], Links]
    """Of a tenant."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a link that is ours."""

    request: Request
    token: str
    file: HostedFile | None
    standing: Standing
    other: str = ""
    """The domain where it works, where this one is out of service."""

    @property
    def link(self) -> HostedFile | None:
        """The row of a link that leads on, where it may be followed."""
        return self.file if self.file and self.standing is Standing.GIVEN and is_link(self.file) else None

    @property
    def digest(self) -> str:
        """Name the token in journals."""
        return sha256(self.token.encode()).hexdigest()[:32]


class FilesApp:
    """The ASGI application."""

    def __init__(self, parts: Parts, terms: Terms, clock: Callable[[], float] = time.time) -> None:
        self._parts = parts
        self._terms = terms
        self._clock = clock
        self._pages = Pages()
        self._clients = Rate(terms.client_per_hour, _HOUR)
        self._scans: dict[str, asyncio.Task[Standing]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever goes wrong on our side is 503."""
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
            await answer(scope, receive, send)
        except ClientDisconnect:
            return
        except Unavailable as error:
            log.warning("file_unavailable", reason=str(error))
            await self._page(request, None, Standing.UNAVAILABLE)(scope, receive, send)

    async def _answer(self, request: Request) -> Response | Sending:
        path = request.scope["raw_path"].decode("ascii", "replace")
        if request.method not in ("GET", "HEAD", "POST"):
            return Response(status_code=405, headers={**headers.page(), "allow": "GET, HEAD, POST"})
        if fixed := _FIXED.get(path):
            return Response(fixed, headers=headers.page(), media_type="text/plain")
        visit = await self._visit(request, path)
        if request.method == "POST" or visit.link:
            return await self._act(visit)
        ticket = request.query_params.get("ticket", "")
        if not ticket or visit.standing is not Standing.GIVEN:
            return self._page(request, visit, visit.standing)
        if not tickets.is_valid(ticket, visit.token, self._clock(), self._parts.keys()):
            return self._page(request, visit, visit.standing, status=403)  # never 200: a page is no file
        return await self._give(visit)

    async def _visit(self, request: Request, path: str) -> Visit:
        token, _, rest = path.removeprefix("/").partition("/")
        host = request.headers.get("host", "").partition(":")[0].lower().removesuffix(".")
        claims = self._claims(token) if "/" not in rest or not rest.strip("/") else None
        if claims is None:
            return Visit(request, "", None, Standing.UNKNOWN)
        shards, file = await asyncio.to_thread(self._look_up, claims)
        if not is_ours(host, shards):
            return Visit(request, "", None, Standing.UNKNOWN)
        found = standing(claims, file, self._clock())
        if found is Standing.UNKNOWN or file is None:
            return Visit(request, "", None, Standing.UNKNOWN)
        other = elsewhere(host, claims.tenant, shards)
        return Visit(request, token, file, Standing.RESTING if other else found, other)

    def _claims(self, token: str) -> Claims | None:
        try:
            return read(token, self._parts.keys())
        except BadToken:
            return None

    def _look_up(self, claims: Claims) -> tuple[Sequence[Shard], HostedFile | None]:
        return self._parts.lending.shards(), self._parts.lending.find(claims.file)

    async def _act(self, visit: Visit) -> Response:
        """Answer to a POST, or to whoever follows a link that leads on."""
        if link := visit.link:
            line = Download(self._clock(), visit.digest, self._network(visit.request), 0)
            answer = await follow(link, self._parts.links(link.tenant), line, self._parts.lending)
            return answer or self._page(visit.request, visit, Standing.EXPIRED)
        form = await _form(visit.request)
        if form is None:
            return Response(status_code=413, headers={**headers.page(), "connection": "close"})
        if form.get("do") == "ask" and visit.file is not None and visit.standing.can_be_asked_for:
            asker = Asker(visit.digest, self._network(visit.request), self._clock())
            is_taken = await self._parts.recovery.ask(visit.file, form, asker)
            return self._page(visit.request, visit, visit.standing, "asked" if is_taken else "not_asked")
        if visit.file is None or visit.standing is not Standing.GIVEN:
            return self._page(visit.request, visit, visit.standing)
        found = await self._checked(visit.file)
        if found is not Standing.GIVEN:
            return self._page(visit.request, visit, found)
        ticket = tickets.issue(visit.token, self._clock(), self._parts.keys())
        place = f"/{visit.token}/{quote(saved(visit.file.name), safe='')}?ticket={ticket}"
        return RedirectResponse(place, 303, headers.page())

    async def _give(self, visit: Visit) -> Response | Sending:
        """Answer with the file."""
        file, request = visit.file, visit.request
        assert file is not None  # noqa: S101 - it is given out
        found = await self._checked(file)
        if found is not Standing.GIVEN:
            return self._page(request, visit, found)
        tag = f'"{file.sha256}"'
        asked = Conditions(*(request.headers.get(one, "") for one in ("range", "if-range", "if-none-match")))
        span = wanted(asked, tag, file.size) if request.method == "GET" else None
        if isinstance(span, Unmodified):
            return Response(status_code=304, headers={**headers.content(file.name), "etag": tag})
        if isinstance(span, Unsatisfiable):
            return Response(status_code=416, headers={**headers.page(), "content-range": f"bytes */{file.size}"})
        if request.method == "GET" and await self._is_too_often(visit):
            return self._page(request, visit, Standing.BUSY)
        return self._content(visit, file, tag, span)

    def _content(self, visit: Visit, file: HostedFile, tag: str, span: Span | None) -> Response | Sending:
        head = {**headers.content(file.name), "etag": tag}
        part = span or Span(0, file.size)
        sized = {**head, "content-length": str(len(part))}
        if visit.request.method == "HEAD":
            return Response(headers=sized)
        network = self._network(visit.request)
        transfer = Transfer(file, part, visit.digest, network, self._clock(), visit.request.scope["extensions"][WIRE])
        place = self._parts.place(file) if self._terms.accel else None
        if place is not None:
            transfer.sent = file.size
            self._parts.downloads.note(transfer)
            return Response(headers={**head, "x-accel-redirect": quote(f"{self._terms.accel}{place}")})
        if span:
            sized["content-range"] = f"bytes {span.start}-{span.end - 1}/{file.size}"
        raw = [(key.encode(), value.encode("latin-1")) for key, value in sized.items()]
        return Sending(206 if span else 200, raw, transfer, self._parts.downloads.pieces(transfer))

    async def _checked(self, file: HostedFile) -> Standing:
        """See that today's signatures know of nothing in the file; one scan serves all who wait."""
        rescanner = self._parts.rescanner
        if rescanner is None or rescanner.is_current(file):
            return Standing.GIVEN
        scan = self._scans.get(file.id)
        if scan is None:
            scan = self._scans[file.id] = asyncio.create_task(self._scanned(rescanner, file))
            scan.add_done_callback(lambda _: self._scans.pop(file.id, None))
        return await asyncio.shield(scan)

    async def _scanned(self, rescanner: Rescanner, file: HostedFile) -> Standing:
        try:
            async with asyncio.timeout(self._terms.rescan):
                return of(await rescanner.rescan(file, Deadline(time.monotonic() + self._terms.rescan)))
        except (Unavailable, TimeoutError):
            return Standing.CHECKING

    async def _is_too_often(self, visit: Visit) -> bool:
        now, file = self._clock(), visit.file
        assert file is not None  # noqa: S101 - it is given out
        if not self._clients.take(self._network(visit.request), now):
            return True
        written = await asyncio.to_thread(self._parts.lending.downloads_since, file.id, now - _HOUR)
        return written + self._parts.downloads.of(file.id) >= self._terms.per_hour

    def _network(self, request: Request) -> str:
        peer = request.client.host if request.client else ""
        return network(client(peer, request.headers.getlist("x-forwarded-for"), self._terms.proxies))

    def _page(
        self, request: Request, visit: Visit | None, found: Standing, page: str = "", status: int = 0
    ) -> Response:
        """Return the page that says how things stand, in the reader's language."""
        file = visit.file if visit else None
        notices = self._parts.notices(file.tenant) if file else None
        languages = offered(notices.languages) if notices else offered()
        language = chosen(request.headers.get("accept-language", ""), languages)
        view = View(
            page or found.page,
            file if found in (Standing.GIVEN, Standing.CHECKING, Standing.BUSY) and not page else None,
            other_address=self._link(visit) if visit and visit.other else "",
            contact=notices.contact if notices else "",
            may_download=found is Standing.GIVEN,
            may_retry=found in (Standing.ARRIVING, Standing.CHECKING, Standing.BUSY, Standing.UNAVAILABLE),
            may_ask=found.can_be_asked_for and page != "asked",
            is_alert=found.can_be_asked_for and not page,
        )
        extra = {"vary": "accept-language", "content-language": language}
        if view.may_retry:
            extra["retry-after"] = str(self._clients.wait(self._clock()) if found is Standing.BUSY else _RETRY_SECONDS)
        status = status or {"asked": 200, "not_asked": 429}.get(page, found.status)
        body = self._pages.write(view, language)
        return Response(body, status, {**headers.page(), **extra}, "text/html; charset=utf-8")

    def _link(self, visit: Visit) -> str:
        name = saved(visit.file.name) if visit.file and not is_link(visit.file) else ""
        return url(visit.other, visit.token, name, self._terms.scheme, self._terms.port)


async def _form(request: Request) -> Mapping[str, str] | None:
    """Read the fields of a form; None for too much of it, or too slowly."""
    body = b""
    try:
        async with asyncio.timeout(_FORM_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > _FORM_BYTES:
                    return None
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=10))
    except (TimeoutError, ValueError):
        return None
