"""What the commands of an MTA say to its milter, read out of their data; whatever cannot be read is `BadMilter`."""

from dataclasses import dataclass


class BadMilter(ValueError):
    """Not the milter protocol: nobody knows any more which message is talked about."""


@dataclass(frozen=True, slots=True)
class Negotiated:
    """What the MTA speaks and offers."""

    version: int
    actions: int
    steps: int


@dataclass(frozen=True, slots=True)
class Connected:
    """A client connected to the MTA."""

    ip: str
    """Empty where the MTA does not know it, or mail came in without SMTP."""
    port: int


@dataclass(frozen=True, slots=True)
class Greeted:
    """The client said HELO or EHLO."""

    name: bytes


@dataclass(frozen=True, slots=True)
class SenderGiven:
    """MAIL: the path as the MTA writes it, in angle brackets, and parameters."""

    arguments: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class RecipientGiven:
    """RCPT, likewise."""

    arguments: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class DataBegan:
    """The client gave DATA."""


@dataclass(frozen=True, slots=True)
class FieldGiven:
    """A header field; the value with its folding, in the MTA's line ends."""

    name: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class HeaderEnded:
    """The body follows."""


@dataclass(frozen=True, slots=True)
class BodyGiven:
    """A piece of the body."""

    octets: bytes


@dataclass(frozen=True, slots=True)
class MessageEnded:
    """The message is complete; the MTA waits for actions and a verdict."""

    octets: bytes
    """The last piece of the body; MTAs leave it empty, and need not."""


@dataclass(frozen=True, slots=True)
class UnknownGiven:
    """The client said something that the MTA does not know."""


@dataclass(frozen=True, slots=True)
class MacrosGiven:
    """The MTA said more about the command that follows."""


@dataclass(frozen=True, slots=True)
class Aborted:
    """The message, if there is one, is given up; the connection with the client goes on."""


@dataclass(frozen=True, slots=True)
class ClientLeft:
    """The client has gone, and another one follows on this connection."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The MTA has no more to say."""


Event = (
    Negotiated
    | Connected
    | Greeted
    | SenderGiven
    | RecipientGiven
    | DataBegan
    | FieldGiven
    | HeaderEnded
    | BodyGiven
    | MessageEnded
    | UnknownGiven
    | MacrosGiven
    | Aborted
    | ClientLeft
    | Closed
)


def negotiated(data: bytes) -> Negotiated:
    """Read three numbers; some MTAs say more behind them."""
    if len(data) < 12:
        raise BadMilter("negotiation too short")
    return Negotiated(*(int.from_bytes(data[at : at + 4]) for at in (0, 4, 8)))


def connected(data: bytes) -> Connected:
    """Read name, family, port and address; a unix socket's or an unknown one's says nothing here."""
    _, separator, rest = data.partition(b"\0")
    if not separator or not rest:
        raise BadMilter("a connection without a family")
    if rest[:1] not in b"46":
        return Connected("", 0)
    if len(rest) < 4 or not rest.endswith(b"\0"):
        raise BadMilter("a connection without an address")
    return Connected(rest[3:-1].decode("ascii", "replace").removeprefix("IPv6:"), int.from_bytes(rest[1:3]))


def greeted(data: bytes) -> Greeted:
    """Read a name."""
    return Greeted(strings(data)[0])


def sender(data: bytes) -> SenderGiven:
    """Read a path and parameters."""
    return SenderGiven(strings(data))


def recipient(data: bytes) -> RecipientGiven:
    """Read a path and parameters."""
    return RecipientGiven(strings(data))


def field(data: bytes) -> FieldGiven:
    """Read name and value."""
    words = strings(data)
    if len(words) != 2 or not words[0]:
        raise BadMilter("not a header field")
    return FieldGiven(*words)


def macros(data: bytes) -> dict[bytes, bytes]:
    """Read pairs of names, without their braces, and values."""
    words = strings(data) if data else ()
    if len(words) % 2:
        raise BadMilter("macros are no pairs")
    names = (name[1:-1] if name[:1] == b"{" and name[-1:] == b"}" else name for name in words[::2])
    return dict(zip(names, words[1::2], strict=True))


def strings(data: bytes) -> tuple[bytes, ...]:
    """Split one string or more, each of which ends with NUL."""
    words = data.split(b"\0")
    if words.pop() or not words:
        raise BadMilter("not a list of strings")
    return tuple(words)
