"""Asking for a file that is no longer given out, so that a dead link isn't a lost file.

Whoever asks names an address. Only where the file was sent to that address does the request reach the admin, who
answers there; the page says the same in every case, so that nobody learns who the recipients are.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.model.hosted import HostedFile
from gateway.model.policy import DAY
from gateway.policy.lookalikes import without_unseen
from gateway.ports.alarms import Alarm, Alarms
from gateway.ports.files import Lending, Plea
from gateway.web.files.rates import Rate

_REASON, _ADDRESS = 500, 254
_PER_CLIENT = 10
"""Requests of one network in an hour, for whatever files."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, as far as a link and a connection tell."""

    token: str
    network: str
    at: float


class Recovery:
    """Takes requests and passes those of recipients on."""

    def __init__(self, lending: Lending, alarms: Alarms, per_day: int) -> None:
        self._lending = lending
        self._alarms = alarms
        self._per_day = per_day
        self._rate = Rate(_PER_CLIENT, 3600)

    async def ask(self, file: HostedFile, form: Mapping[str, str], asker: Asker) -> bool:
        """Take a request; tell whether it could be. Raises Unavailable."""
        address = form.get("address", "").strip()
        if not 3 <= len(address) <= _ADDRESS or "@" not in address or not self._rate.take(asker.network, asker.at):
            return False
        recipient = next((one for one in file.recipients if one.casefold() == address.casefold()), "")
        if recipient:
            words = without_unseen(form.get("reason", "")[:_REASON], "\t\n\r").strip()
            plea = Plea(asker.at, asker.token, asker.network, recipient, " ".join(words.split()))
            if await asyncio.to_thread(self._lending.plead, file.id, plea, asker.at - DAY, self._per_day):
                await self._alarms.sound(_alarm(file, plea))
        return True


def _alarm(file: HostedFile, plea: Plea) -> Alarm:
    detail = {"tenant": file.tenant, "state": file.state.value, "recipient": plea.recipient, "words": plea.words}
    return Alarm("file_requested", file.id, detail)
