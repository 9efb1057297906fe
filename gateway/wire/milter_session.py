"""A milter's side of the conversation with an MTA: what may come when, what was negotiated, what wants an answer.

Versions 2 to 6. Only steps and actions that the MTA offered are used. Whatever comes out of turn is `BadMilter`, and
the conversation is over. Connection data and HELO may be missing, an abort may come at any time, as from real MTAs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from gateway.model.limits import KIB
from gateway.wire import milter_events as events
from gateway.wire.milter_events import BadMilter, Event
from gateway.wire.milter_frames import Actions, Frame, Steps, negotiated

OLDEST, NEWEST = 2, 6
_MOST_MACROS = 64 * KIB
"""Octets of the macros of one command; real ones stay below 1 KiB."""
_WANTED_ACTIONS = Actions.ADD_HEADERS | Actions.CHANGE_HEADERS | Actions.CHANGE_BODY | Actions.QUARANTINE
_WANTED_STEPS = (
    Steps.MUTE_CONNECT
    | Steps.MUTE_HELO
    | Steps.MUTE_HEADER
    | Steps.MUTE_END_OF_HEADERS
    | Steps.MUTE_BODY
    | Steps.MUTE_DATA
    | Steps.NO_UNKNOWN
    | Steps.NO_DATA
    | Steps.SKIP
    | Steps.LEADING_SPACE
)
"""Silence where nothing can be refused yet: each answer would cost a turn of both processes."""

_MUTES: Mapping[type[Event], Steps] = {
    events.Connected: Steps.MUTE_CONNECT,
    events.Greeted: Steps.MUTE_HELO,
    events.SenderGiven: Steps(0),
    events.RecipientGiven: Steps(0),
    events.DataBegan: Steps.MUTE_DATA,
    events.FieldGiven: Steps.MUTE_HEADER,
    events.HeaderEnded: Steps.MUTE_END_OF_HEADERS,
    events.BodyGiven: Steps.MUTE_BODY,
    events.MessageEnded: Steps(0),
    events.UnknownGiven: Steps.MUTE_UNKNOWN,
}
"""Events that want an answer, unless this was negotiated."""


class _At(IntEnum):
    """How far the conversation has come."""

    NEW = 0
    """Before the negotiation."""
    READY = 1
    """Before the client."""
    IDLE = 2
    """Between messages."""
    SENDER = 3
    RECIPIENT = 4
    DATA = 5
    HEADER = 6
    BODY = 7


@dataclass(frozen=True, slots=True)
class _Step:
    """When a command may come, and what it says."""

    earliest: _At
    latest: _At
    read: Callable[[bytes], Event]
    then: _At | None = None
    """Where the conversation is afterwards; None where it was."""
    keeps: frozenset[int] | None = None
    """The commands whose macros still hold; None for all: the others told of an earlier client or message."""


_MACROS, _OPTIONS, _CONNECT, _HELO, _END, _ABORT = b"DOCHEA"
_OF_CLIENT = frozenset({_CONNECT, _HELO})
"""Commands whose macros hold for more than one message."""

_COMMANDS: Mapping[int, _Step] = {
    _OPTIONS: _Step(_At.NEW, _At.NEW, events.negotiated, _At.READY),
    _CONNECT: _Step(_At.READY, _At.IDLE, events.connected, _At.IDLE, frozenset({_CONNECT})),
    _HELO: _Step(_At.READY, _At.IDLE, events.greeted, _At.IDLE, _OF_CLIENT),
    ord("M"): _Step(_At.READY, _At.IDLE, events.sender, _At.SENDER),
    ord("R"): _Step(_At.SENDER, _At.RECIPIENT, events.recipient, _At.RECIPIENT),
    ord("T"): _Step(_At.RECIPIENT, _At.RECIPIENT, lambda _: events.DataBegan(), _At.DATA),
    ord("L"): _Step(_At.RECIPIENT, _At.HEADER, events.field, _At.HEADER),
    ord("N"): _Step(_At.RECIPIENT, _At.HEADER, lambda _: events.HeaderEnded(), _At.BODY),
    ord("B"): _Step(_At.BODY, _At.BODY, events.BodyGiven),
    _END: _Step(_At.BODY, _At.BODY, events.MessageEnded, _At.IDLE),
    ord("U"): _Step(_At.READY, _At.DATA, lambda _: events.UnknownGiven()),
    _ABORT: _Step(_At.READY, _At.BODY, lambda _: events.Aborted(), _At.IDLE, _OF_CLIENT),
    ord("K"): _Step(_At.READY, _At.BODY, lambda _: events.ClientLeft(), _At.READY, frozenset()),
    ord("Q"): _Step(_At.NEW, _At.BODY, lambda _: events.Closed()),
}


class MilterSession:
    """One conversation."""

    def __init__(self) -> None:
        self.version = 0
        self.actions = Actions(0)
        """What may be done to a message."""
        self.steps = Steps(0)
        self._at = _At.NEW
        self._macros: dict[int, Mapping[bytes, bytes]] = {}
        self._answered = frozenset(_MUTES)
        self._is_ended = False
        """What was said of the message holds no more, once the next command comes."""

    @property
    def keeps_space(self) -> bool:
        """Tell whether values of fields carry the white space behind the colon."""
        return Steps.LEADING_SPACE in self.steps

    @property
    def may_skip(self) -> bool:
        """Tell whether the MTA can be told that no more of the body is wanted."""
        return Steps.SKIP in self.steps

    def macro(self, name: bytes) -> str:
        """Return what the MTA said last about `name`, such as `i`, the queue id; empty where it said nothing."""
        for command in reversed(self._macros):
            if value := self._macros[command].get(name):
                return value.decode("utf-8", "replace")
        return ""

    def wants_answer(self, event: Event) -> bool:
        """Tell whether the MTA waits for an answer to `event`."""
        return type(event) in self._answered

    def take(self, frame: Frame) -> Event:
        """Return what a frame says. Raises `BadMilter`."""
        command = frame.command
        if self._is_ended:
            self._forget_all_but(_OF_CLIENT)
        self._is_ended = command == _END
        if command == _MACROS:
            return self._note(frame.data)
        step = _COMMANDS.get(command)
        if step is None:
            raise BadMilter(f"command {command:#04x} is unknown")
        if not step.earliest <= self._at <= step.latest:
            raise BadMilter(f"command {chr(command)} out of turn, at {self._at.name}")
        event = step.read(frame.data)
        if isinstance(event, events.Negotiated):
            self._agree(event)
        if step.keeps is not None:
            self._forget_all_but(step.keeps)
        if step.then is not None:
            self._at = step.then
        return event

    def options(self) -> bytes:
        """Return the answer to the negotiation."""
        return negotiated(self.version, self.actions, self.steps)

    def end_message(self) -> None:
        """Expect another message next: the sender of this one was refused, and not every MTA says more about it."""
        self._at = _At.IDLE

    def _agree(self, offer: events.Negotiated) -> None:
        if offer.version < OLDEST:
            raise BadMilter(f"version {offer.version}")
        self.version = min(offer.version, NEWEST)
        self.actions = Actions(offer.actions) & _WANTED_ACTIONS
        self.steps = Steps(offer.steps) & _WANTED_STEPS
        self._answered = frozenset(event for event, mute in _MUTES.items() if not mute & self.steps)

    def _forget_all_but(self, commands: frozenset[int]) -> None:
        self._macros = {command: told for command, told in self._macros.items() if command in commands}

    def _note(self, data: bytes) -> Event:
        """Keep the macros of a command; they replace those that it had."""
        if self._at is _At.NEW or not data or len(data) > _MOST_MACROS:
            raise BadMilter("macros out of turn, without a command, or too many")
        told = events.macros(data[1:])
        self._macros.pop(data[0], None)  # so that the newest stands last
        self._macros[data[0]] = told
        return events.MacrosGiven()
