"""A stand-in for Google Safe Browsing: speaks the shapes of `v4/threatMatches:find`, and knows what a test lists."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.services.web_service import Request, web_service

KEY = "AIza-not-a-real-key"
TEST_NAME = "malware.testing.google.test/testing/malware/"


@dataclass(slots=True)
class SafeBrowsingStandIn:
    """A running one."""

    url: str
    threats: dict[str, str] = field(default_factory=dict)
    """Address to threat type."""
    requests: list[Request] = field(default_factory=list)


@contextmanager
def safe_browsing_stand_in() -> Iterator[SafeBrowsingStandIn]:
    """Answer with 403 to other keys, 400 to another shape, else with the matches."""

    def answer(request: Request) -> tuple[int, object]:
        if request.path != "/v4/threatMatches:find" or request.headers.get("x-goog-api-key") != KEY:
            return 403, {"error": {"code": 403, "status": "PERMISSION_DENIED"}}
        info = request.json()["threatInfo"]
        urls = [entry["url"] for entry in info["threatEntries"]]
        if len(urls) > 500 or info["threatEntryTypes"] != ["URL"] or not info["threatTypes"]:
            return 400, {"error": {"code": 400, "status": "INVALID_ARGUMENT"}}
        matches = [
            {
                "threatType": running.threats[url],
                "platformType": "ANY_PLATFORM",
                "threatEntryType": "URL",
                "threat": {"url": url},
                "cacheDuration": "300s",
            }
            for url in urls
            if url in running.threats
        ]
        return 200, {"matches": matches} if matches else {}

    with web_service(answer) as service:
        running = SafeBrowsingStandIn(service.url, requests=service.requests)
        running.threats[f"http://{TEST_NAME}"] = "MALWARE"
        yield running
