"""Where a link leads that is no file of ours: on to the place where the tenant's own file host is now.

The row holds the old link, the policy of this moment says what became of its host; a host that the policy names no more
leads nowhere.
"""

import asyncio
from collections.abc import Iterable

from starlette.responses import RedirectResponse

from gateway.model.hosted import LINK_TYPE, Download, HostedFile
from gateway.model.links import LinkHost, Links
from gateway.ports.files import Lending
from gateway.web.files import headers


def is_link(file: HostedFile) -> bool:
    """Tell whether a row is a link that leads on, and has no content of its own."""
    return file.media_type == LINK_TYPE


def location(target: str, hosts: Iterable[LinkHost]) -> str | None:
    """Return where a link leads today; None where its host is none of the tenant's any more."""
    for one in hosts:
        place = f"https://{one.host}{one.path}"
        if target.startswith(place):
            return (one.to or place) + target[len(place) :]
    return None


async def follow(link: HostedFile, links: Links, line: Download, lending: Lending) -> RedirectResponse | None:
    """Send the reader on, and write the `line` into the journal; None where the link leads nowhere.

    For this time only: the next time it may be another place, or none. Raises `Unavailable`.
    """
    place = location(link.name, links.hosts)
    if place is None:
        return None
    await asyncio.to_thread(lending.record, [(link.id, line)])
    answer = RedirectResponse(place, 302, headers.page())
    answer.headers["location"] = place  # it has its normal form already
    return answer
