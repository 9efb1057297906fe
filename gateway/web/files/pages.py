"""The pages, made from one template: no script, no cookie, nothing from elsewhere.

What comes from a message or from the settings is escaped. The style is part of the page and named by its digest in the
Content-Security-Policy, so that nothing else has any effect.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gateway.model.hosted import HostedFile
from gateway.policy.names import shown
from gateway.web.files.tongues import TONGUES
from gateway.web.files.words import Words

_FOLDER = Path(__file__).with_name("templates")
_CSS = (_FOLDER / "page.css").read_text("utf-8").replace("\n", "")
_DIGEST = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
_STEP = 1024.0
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; img-src data:; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
"""The Content-Security-Policy of every page."""


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows, beside the words."""

    page: str
    """The name of its heading in `Words`."""
    file: HostedFile | None = None
    other_address: str = ""
    contact: str = ""
    may_download: bool = False
    may_retry: bool = False
    may_ask: bool = False
    is_alert: bool = False


@dataclass(frozen=True, slots=True)
class Details:
    """A file, as people read it."""

    name: str
    size: str
    kind: str
    sent_to: str
    checked: str
    until: str


class Pages:
    """Writes pages."""

    def __init__(self) -> None:
        made = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._page = made.get_template("page.html")

    def write(self, view: View, language: str) -> bytes:
        """Return the page in a language of `offered`."""
        words = TONGUES[language]
        return self._page.render(
            words=words,
            said=getattr(words, view.page),
            css=Markup(_CSS),  # noqa: S704 - a file of our own
            file=details(view.file, words) if view.file else None,
            other_address=view.other_address,
            contact=view.contact,
            may_download=view.may_download,
            may_retry=view.may_retry,
            may_ask=view.may_ask,
            is_alert=view.is_alert,
        ).encode("utf-8", "replace")


def offered(languages: Iterable[str] = TONGUES) -> Sequence[str]:
    """Return those of a tenant's languages that have words; English where none has."""
    return [one for one in dict.fromkeys(languages) if one in TONGUES] or ["en"]


def details(file: HostedFile, words: Words) -> Details:
    """Return what a page says of a file.

    Of its recipients only their domains: a link is passed on, and names those to nobody who were written to in secret.
    """
    domains = dict.fromkeys(one.rpartition("@")[2].lower() for one in file.recipients)
    return Details(
        name=shown(file.name, utf8=True),
        size=_size(file.size, words),
        kind=_kind(file.media_type, words),
        sent_to=", ".join(f"@{shown(one, utf8=True)}" for one in list(domains)[:5]),
        checked=_day(file.scanned_at, words) if file.scanned_at else words.not_yet,
        until=_day(file.expires_at, words),
    )


def _kind(media_type: str, words: Words) -> str:
    """Call it what people call it; the media type stands beside a name that says little."""
    if exact := words.kinds.get(media_type):
        return exact
    return f"{words.kinds.get(media_type.partition('/')[0], words.other_kind)} ({shown(media_type)})"


def _size(size: int, words: Words) -> str:
    amount, units = float(size), list(words.units)
    while amount >= _STEP and len(units) > 1:
        amount /= _STEP
        units.pop(0)
    digits = 1 if amount < 100 and len(units) < len(words.units) else 0
    return f"{amount:.{digits}f}".replace(".", words.decimal) + f" {units[0]}"


def _day(at: float, words: Words) -> str:
    time = datetime.fromtimestamp(at, UTC)
    month = words.months[time.month - 1]
    return words.day.format(day=time.day, month=month, year=time.year, hour=time.hour, minute=time.minute)
