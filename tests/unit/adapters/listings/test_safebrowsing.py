"""Google Safe Browsing, against a stand-in that speaks its shapes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.adapters.listings.safebrowsing import SafeBrowsing
from gateway.reputation.listings import Said, Word
from tests.services.safe_browsing import KEY, TEST_NAME, SafeBrowsingStandIn, safe_browsing_stand_in
from tests.services.web_service import web_service

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def google() -> Iterator[SafeBrowsingStandIn]:
    """Run the stand-in."""
    with safe_browsing_stand_in() as one:
        yield one


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Write the key into a file."""
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    return path


async def test_listed_and_clean_names(google: SafeBrowsingStandIn, key: Path) -> None:
    """One question for all; Google's own name for tests is listed."""
    google.threats["http://one.example/"] = "SOCIAL_ENGINEERING"
    said = await SafeBrowsing("google", key, google.url).ask(["one.example", "two.example", TEST_NAME])

    assert {
        "one.example": Said(Word.LISTED, "social engineering"),
        "two.example": Said(Word.CLEAN),
        TEST_NAME: Said(Word.LISTED, "malware"),
    } == said
    assert 1 == len(google.requests)


async def test_key_stands_in_no_address(google: SafeBrowsingStandIn, key: Path) -> None:
    """Addresses are logged on the way."""
    await SafeBrowsing("google", key, google.url).ask(["one.example"])

    assert KEY not in google.requests[0].path


async def test_more_names_than_one_question_holds(google: SafeBrowsingStandIn, key: Path) -> None:
    """500 at a time."""
    names = [f"{number}.example" for number in range(501)]
    said = await SafeBrowsing("google", key, google.url).ask(names)

    assert (set(names), 2) == (set(said), len(google.requests))


async def test_wrong_key_is_silence(google: SafeBrowsingStandIn, tmp_path: Path) -> None:
    """A refusal is neither listed nor clean, and its words hold no key."""
    (tmp_path / "key").write_text("another")
    said = await SafeBrowsing("google", tmp_path / "key", google.url).ask(["one.example"])

    assert {"one.example": Said(Word.SILENT, "refused with status 403")} == said


async def test_missing_key_is_silence(google: SafeBrowsingStandIn, tmp_path: Path) -> None:
    """Nothing is asked without one."""
    said = await SafeBrowsing("google", tmp_path / "none", google.url).ask(["one.example"])

    assert (Word.SILENT, []) == (said["one.example"].word, google.requests)


@pytest.mark.parametrize(
    "content",
    [
        [],
        None,
        {"matches": {}},
        {"matches": [1]},
        {"matches": [{"threatType": "MALWARE", "threat": {"url": "http://other.example/"}}]},
        b"<html>",
    ],
)
async def test_answer_of_another_shape_is_silence(content: object, key: Path) -> None:
    """What cannot be read for sure lists nobody and clears nobody."""
    with web_service(lambda _: (200, content)) as service:
        said = await SafeBrowsing("google", key, service.url).ask(["one.example"])

    assert Word.SILENT == said["one.example"].word
