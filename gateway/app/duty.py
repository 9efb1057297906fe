"""What one `postern serve` is for: the processes of one duty, put together from the settings."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Protocol

from gateway.app.cast import Cast
from gateway.app.listeners import Listeners
from gateway.app.settings import Settings
from gateway.app.units import Address, SocketFile

Check = Callable[[Settings], list[str]]
"""Returns what is wrong, in words for the admin."""


class Duty(Protocol):
    """Mail, files or jobs; `app.start` knows them all."""

    checks: ClassVar[Sequence[Check]]
    """What must be right, beside free addresses, which a running one holds itself."""

    def __init__(self, settings: Settings, left: Iterable[str]) -> None:
        """Begin behind the children that a predecessor left, by their names."""

    @staticmethod
    def addresses(settings: Settings) -> Sequence[Address | SocketFile]:
        """Return everything that is listened on."""

    def cast(self, settings: Settings, listeners: Listeners) -> Cast:
        """Return the processes for these settings; called again when they have changed.

        Raises OSError where an address cannot be had; then what was before stays as it is.
        """
