"""The resolver, against a real name server."""

import socket
import time
from collections.abc import Iterator

import pytest

from gateway.adapters import dns
from gateway.adapters.dns import Resolver
from gateway.authn.answers import Answer, Found, Kind, Question
from gateway.model.limits import Deadline
from tests.services.nsd import nsd

pytestmark = pytest.mark.enable_socket

ZONE = """
ns      IN A 127.0.0.1
www     IN A 192.0.2.1
www     IN AAAA 2001:db8::1
@       IN MX 10 mail
key     60 IN TXT "v=DKIM1; p=" "AAAA"
bytes   IN TXT "\\255x"
alias   IN CNAME www
big     IN TXT ( "{0}" "{0}" "{0}" "{0}" "{0}" "{0}" )
""".format("x" * 250)
REVERSE = "1 IN PTR www.example.org."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a zone, its reverse, and one whose server fails."""
    zones = {"example.org": ZONE, "2.0.192.in-addr.arpa": REVERSE, "broken.example": None}
    with nsd(tmp_path_factory.mktemp("nsd"), zones) as address:
        yield address


async def _ask(resolver: Resolver, *questions: Question, seconds: float = 20) -> list[Answer]:
    found = await resolver.answers(questions, Deadline(time.monotonic() + seconds))
    return [found[question] for question in questions]


async def test_records_of_every_type(server: str) -> None:
    """As evaluation wants them: joined strings, bytes as Latin-1, aliases followed."""
    resolver = Resolver([server])
    try:
        found = await _ask(
            resolver,
            Question(Kind.A, "www.example.org"),
            Question(Kind.AAAA, "www.example.org"),
            Question(Kind.MX, "example.org"),
            Question(Kind.TXT, "key.example.org"),
            Question(Kind.TXT, "bytes.example.org"),
            Question(Kind.A, "alias.example.org"),
            Question(Kind.TXT, "big.example.org"),
            Question(Kind.PTR, "1.2.0.192.in-addr.arpa"),
        )
    finally:
        await resolver.close()

    assert [
        ("192.0.2.1",),
        ("2001:db8::1",),
        ("mail.example.org",),
        ("v=DKIM1; p=AAAA",),
        ("\xffx",),
        ("192.0.2.1",),
        ("x" * 1500,),
        ("www.example.org",),
    ] == [one.records for one in found]
    assert {Found.RECORDS} == {one.found for one in found}


async def test_nothing_is_told_apart_from_trouble(server: str) -> None:
    """NXDOMAIN and NODATA are answers; SERVFAIL and REFUSED are none."""
    resolver = Resolver([server])
    try:
        found = await _ask(
            resolver,
            Question(Kind.TXT, "nobody.example.org"),
            Question(Kind.TXT, "www.example.org"),
            Question(Kind.TXT, "a.broken.example"),
            Question(Kind.TXT, "elsewhere.example"),
        )
    finally:
        await resolver.close()

    assert [Found.NOTHING, Found.NOTHING, Found.TROUBLE, Found.TROUBLE] == [one.found for one in found]


async def test_a_silent_server_is_trouble_at_the_deadline() -> None:
    """Whoever waits is told in time, though the question is still open."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        resolver = Resolver([f"127.0.0.1:{silent.getsockname()[1]}"])
        try:
            found = await _ask(resolver, Question(Kind.A, "www.example.org"), seconds=0.05)
        finally:
            await resolver.close()

    assert [Answer(Found.TROUBLE)] == found


async def test_an_answer_is_kept_for_its_time(server: str) -> None:
    """Asked of the server once while it lasts, and again when it is over."""
    now = [0.0]
    resolver, question = Resolver([server], lambda: now[0]), Question(Kind.TXT, "key.example.org")
    try:
        [first] = await _ask(resolver, question)
        kept = resolver._kept[question]
        now[0] = 59.0
        [second] = await _ask(resolver, question)
        still = resolver._kept[question]
        now[0] = 61.0
        [third] = await _ask(resolver, question)
    finally:
        await resolver.close()

    assert first == second == third
    assert kept == still
    assert resolver._kept[question][0] == 121.0


async def test_a_question_asked_twice_at_once_travels_once(server: str) -> None:
    """A flood of mail from one domain makes one question."""
    resolver, question = Resolver([server]), Question(Kind.TXT, "key.example.org")
    try:
        asked = [resolver._answer(question) for _ in range(5)]
        found = await _ask(resolver, question)
    finally:
        await resolver.close()

    assert len({id(one) for one in asked}) == 1
    assert found[0].found is Found.RECORDS


async def test_names_that_no_server_can_be_asked_for_are_nothing(server: str) -> None:
    """c-ares refuses them; nothing raises."""
    resolver = Resolver([server])
    try:
        [found] = await _ask(resolver, Question(Kind.TXT, "a..b"))
    finally:
        await resolver.close()

    assert found.found is Found.NOTHING


async def test_what_is_kept_is_bounded_in_bytes(server: str) -> None:
    """The oldest answers go first; a zone of the sender's making cannot fill the memory."""
    resolver = Resolver([server])
    big = Answer(Found.RECORDS, ("x" * 4096,) * 50)
    for at in range(100):
        resolver._keep(Question(Kind.TXT, f"{at}.example"), big, 60)
        resolver._keep(Question(Kind.TXT, f"{at}.example"), big, 60)

    assert 30 < len(resolver._kept) < 50
    assert Question(Kind.TXT, "99.example") in resolver._kept
    assert Question(Kind.TXT, "0.example") not in resolver._kept


async def test_open_questions_are_bounded(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more than allowed is trouble at once."""
    monkeypatch.setattr(dns, "_MOST_OPEN", 1)
    resolver = Resolver([server])
    try:
        found = await _ask(resolver, Question(Kind.A, "www.example.org"), Question(Kind.TXT, "key.example.org"))
    finally:
        await resolver.close()

    assert [Found.RECORDS, Found.TROUBLE] == [one.found for one in found]
