"""What a case is: a message, the envelope it needs, and what must become of it.

Cases are written from the RFCs and the public literature, never from what the gateway does. Their bytes are
made when they are sent: programs make real files, and each is made once in a run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

BOB = "bob@example.test"
"""Of the tenant that allows images, videos and PDFs."""
STUDIO = "bob@studio.test"
"""Of the tenant that also allows audio, office documents, text, CSV and archives."""

Source = bytes | Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Case:
    """One message of the set."""

    group: str
    name: str
    source: Source
    is_hostile: bool
    recipient: str = BOB
    options: str = ""
    """Parameters of MAIL beside BODY, such as ` SMTPUTF8`."""
    is_wire: bool = False
    """The bytes go out as they are after 354, dots and ends included; else they are a message of CR LF lines."""

    @property
    def id(self) -> str:
        """Return the name that a failure is listed under."""
        return f"{'hostile' if self.is_hostile else 'honest'}: {self.group}: {self.name}"

    def make(self) -> bytes:
        """Return the bytes; a message ends with CR LF."""
        raw = self.source if isinstance(self.source, bytes) else self.source()
        return raw if self.is_wire or raw.endswith(b"\r\n") else raw + b"\r\n"


def hostile(group: str, cases: Mapping[str, Source], recipient: str = BOB, options: str = "") -> list[Case]:
    """Make cases whose payload must not be delivered in any reading."""
    return [Case(group, name, source, True, recipient, options) for name, source in cases.items()]


def honest(group: str, cases: Mapping[str, Source], recipient: str = BOB, options: str = "") -> list[Case]:
    """Make cases that must be delivered byte for byte."""
    return [Case(group, name, source, False, recipient, options) for name, source in cases.items()]
