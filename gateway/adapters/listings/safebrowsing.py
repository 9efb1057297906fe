"""Google Safe Browsing, version 4 of its Lookup API: `threatMatches:find`.

Asks for the root of each domain, so it finds listings of whole domains, not of single links. The key is read from its
file for each question, goes in a header field, and stands in no address and no log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway import __version__
from gateway.adapters import http_client
from gateway.adapters.http_client import HttpError
from gateway.reputation.listings import Said, Word

API = "https://safebrowsing.googleapis.com"
_THREATS = ("MALWARE", "SOCIAL_ENGINEERING", "UNWANTED_SOFTWARE", "POTENTIALLY_HARMFUL_APPLICATION")
_MOST = 500
"""Addresses in one question, as the API allows."""


@dataclass(frozen=True, slots=True)
class SafeBrowsing:
    """Implements `ports.listings.ListingSource`."""

    name: str
    key: Path
    api: str = API

    async def ask(self, names: Sequence[str]) -> Mapping[str, Said]:
        """Ask for up to 500 names at once."""
        said: dict[str, Said] = {}
        for start in range(0, len(names), _MOST):
            some = names[start : start + _MOST]
            try:
                found = await self._matches({_url(name): name for name in some})
                said |= {name: Said(Word.LISTED, found[name]) if name in found else Said(Word.CLEAN) for name in some}
            except HttpError as error:
                said |= dict.fromkeys(some, Said(Word.SILENT, str(error)))
        return said

    async def _matches(self, urls: Mapping[str, str]) -> dict[str, str]:
        """Return the threat of each name that is listed. Raises HttpError."""
        try:
            key = self.key.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise HttpError("the file with the key cannot be read") from None
        answer = await http_client.post(f"{self.api}/v4/threatMatches:find", _question(urls), {"X-Goog-Api-Key": key})
        if answer.status != 200:
            raise HttpError(f"refused with status {answer.status}")
        content = answer.json()
        matches = content.get("matches", []) if isinstance(content, dict) else None
        if not isinstance(matches, list):
            raise HttpError("the answer has another shape")
        return dict(_match(one, urls) for one in matches)


def _url(name: str) -> str:
    """Return what is asked for a name; one with a path, as Google's names for tests are, is asked as it is."""
    return f"http://{name}" if "/" in name else f"http://{name}/"


def _question(urls: Mapping[str, str]) -> object:
    return {
        "client": {"clientId": "postern", "clientVersion": __version__},
        "threatInfo": {
            "threatTypes": _THREATS,
            "platformTypes": ["ANY_PLATFORM"],
            "threatEntryTypes": ["URL"],
            "threatEntries": [{"url": url} for url in urls],
        },
    }


def _match(one: object, urls: Mapping[str, str]) -> tuple[str, str]:
    """Return name and threat. Raises HttpError for a match of which nobody can say whom it means."""
    match one:
        case {"threat": {"url": str() as url}, "threatType": str() as threat} if url in urls:
            return urls[url], threat.lower().replace("_", " ")
        case _:
            raise HttpError("the answer has another shape")
