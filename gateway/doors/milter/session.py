"""The messages that one MTA brings over one connection, one after the other.

Sender and recipients are answered as at the SMTP door: by tenant, Group and bounds. What keeps a message from being
taken later on is remembered and is the answer to its end. The MTA asks nobody's next hop here; it keeps the message,
and with it the responsibility.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

from gateway.doors.admission import Admission, join, tenant_of
from gateway.doors.ids import new_id
from gateway.doors.milter.settings import MilterSettings
from gateway.doors.milter.transaction import Transaction, options, path
from gateway.doors.reception import Reception
from gateway.model.envelope import Peer, Recipient, Sender
from gateway.model.errors import Deferred, GatewayError, Refused
from gateway.model.limits import KIB, Deadline
from gateway.model.policyset import PolicySet
from gateway.model.reply import BAD_SEQUENCE, TOO_BIG_RECIPIENT, TOO_BIG_SYSTEM, TOO_MANY_RECIPIENTS
from gateway.pipeline.job import Job
from gateway.pipeline.services import Services
from gateway.wire import milter_events as events
from gateway.wire.chunks import ChunkDecoder
from gateway.wire.milter_events import Connected, Event
from gateway.wire.milter_session import MilterSession

_HEADER_PIECE = 64 * KIB
"""Octets of header fields that are taken together."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all connections of the door have in common."""

    services: Services
    policies: Callable[[], PolicySet]
    settings: MilterSettings
    admission: Admission


class Session:
    """The messages of one connection. Raises `GatewayError`, which the server translates."""

    def __init__(self, shared: Shared, wire: MilterSession) -> None:
        self.transaction: Transaction | None = None
        self._shared = shared
        self._wire = wire
        self._client = Connected("", 0)
        self._helo = ""

    @property
    def client(self) -> str:
        """The address of the client, for the log."""
        return self._client.ip

    def take(self, event: Event) -> None:
        """Take what an event says about the client or the message."""
        match event:
            case events.BodyGiven() | events.MessageEnded():
                self._keep(self._current(), event.octets)
            case events.FieldGiven():
                now = self._current()
                now.header += now.keep_field(event.name, event.value, has_space=self._wire.keeps_space)
                if len(now.header) >= _HEADER_PIECE:
                    self._keep_header(now)
            case events.HeaderEnded():
                now = self._current()
                now.header += b"\r\n"
                self._keep_header(now)
            case events.RecipientGiven():
                self._add_recipient(event)
            case events.SenderGiven():
                self._begin(event)
            case events.Connected():
                self._client, self._helo = _known(event), ""
            case events.Greeted():
                name = event.name.decode("ascii", "replace")[:255]
                self._helo = name if name.isascii() and name.isprintable() else ""

    def _begin(self, event: events.SenderGiven) -> None:
        self.reset()
        address, parameters = path(event.arguments[0]), options(event.arguments[1:])
        sender = Sender(address or None, parameters)
        self._check_size(sender, self._shared.settings.size)
        self._shared.admission.ensure_room(_size(sender))
        self.transaction = Transaction(new_id(), self._peer(), sender, self._shared.policies())

    def _add_recipient(self, event: events.RecipientGiven) -> None:
        """Add a recipient, where its tenant may share this message."""
        now = self._current()
        recipient = Recipient(path(event.arguments[0]), options(event.arguments[1:]))
        if len(now.recipients) >= self._shared.settings.recipients:
            raise Deferred(TOO_MANY_RECIPIENTS.reply(), "too many recipients")
        is_stranger = now.policies.tenant_of(recipient.address) is None
        if not (is_stranger and self._shared.settings.passes_strangers):
            group = join(now.group, tenant_of(recipient.address, now.policies))
            self._check_size(now.sender, group.policy.limits.size)
            now.group = group
        now.recipients.append(recipient)

    @property
    def wants_no_more(self) -> bool:
        """Tell whether the rest of the body changes nothing."""
        now = self.transaction
        if now is None or now.lost or now.group is None:
            return True
        return now.reception is not None and now.reception.decoder.is_flawed

    def job(self) -> Job | None:
        """Return the message that is now complete; None where nobody here has a say in it. Raises `GatewayError`."""
        now, settings = self._current(), self._shared.settings
        if now.lost:
            raise now.lost
        if now.group is None and settings.passes_strangers and now.recipients:
            return None
        if now.group is None or now.reception is None:
            raise Deferred(BAD_SEQUENCE.reply(), "a message without recipients, or without an end of its header")
        self._shared.admission.counters.transactions += 1
        now.reception.end()
        return Job(
            id=now.id,
            received_at=time.time(),
            envelope=now.envelope(self._wire.macro(b"i")),
            group=now.group,
            spool=now.reception.spool,
            eight_bit=now.reception.decoder.eight_bit,
            deadline=Deadline(time.monotonic() + settings.deadline_seconds),
        )

    def reset(self) -> None:
        """Forget the message, if there is one."""
        ended, self.transaction = self.transaction, None
        if ended and ended.reception:
            ended.reception.close()

    def _keep_header(self, now: Transaction) -> None:
        octets, now.header = bytes(now.header), bytearray()
        self._keep(now, octets)

    def _keep(self, now: Transaction, octets: bytes) -> None:
        if now.group is None or now.lost:
            return
        try:
            reception = now.reception or self._receive(now, now.group.policy.limits.size)
        except GatewayError as error:
            now.lost = error
            return
        reception.feed(octets)

    def _receive(self, now: Transaction, most: int) -> Reception:
        settings = self._shared.settings
        self._shared.admission.ensure_room(_size(now.sender))
        decoder = ChunkDecoder(min(settings.size, most))  # what the MTA holds cannot be normalised here
        now.reception = Reception(self._shared.services.spools(), decoder, self._shared.admission)
        return now.reception

    def _check_size(self, sender: Sender, most: int) -> None:
        if (size := _size(sender)) > most:
            cause = TOO_BIG_SYSTEM if size > self._shared.settings.size else TOO_BIG_RECIPIENT
            raise Refused(cause.reply(), f"SIZE={size}")

    def _peer(self) -> Peer:
        """Return the client as the MTA told of it."""
        macro = self._wire.macro
        tls = " ".join(filter(None, (macro(b"tls_version"), macro(b"cipher"))))
        return Peer(self._client.ip, self._client.port, self._helo, tls)

    def _current(self) -> Transaction:
        if self.transaction is None:
            raise Deferred(BAD_SEQUENCE.reply(), "no sender")
        return self.transaction


def _known(client: Connected) -> Connected:
    """Return the client, or nobody where its address is none."""
    try:
        ip_address(client.ip)
    except ValueError:
        return Connected("", 0)
    return client


def _size(sender: Sender) -> int:
    """Return the size that was announced; 0 where none was."""
    value = next((option.value for option in sender.options if option.keyword == "SIZE"), None) or ""
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 20 else 0
