"""Lists in DNS: their forms, and a real name server that answers as one."""

from collections.abc import Iterator

import pytest

from gateway.adapters.listings.dnsbl import DnsList, Form, meaning, reversed_name
from gateway.authn.answers import Answer, Found
from gateway.reputation.listings import Said, Word
from tests.services.dnsmasq import NameServer, dnsmasq
from tests.services.ports import free_ports

ZONE = "list.test"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NameServer]:
    """Answer for a list, an example domain, and for a list that has everything."""
    with dnsmasq(tmp_path_factory.mktemp("dns"), ZONE, "example", everything="all.test") as one:
        yield one


def _records(*records: str) -> Answer:
    return Answer(Found.RECORDS if records else Found.NOTHING, records)


@pytest.mark.parametrize(
    ("form", "record", "word"),
    [
        *((Form.DBL, f"127.0.1.{last}", Word.LISTED) for last in (2, 4, 5, 6, 102, 103, 104, 105, 106)),
        (Form.DBL, "127.0.1.255", Word.SILENT),
        (Form.DBL, "127.0.0.2", Word.SILENT),
        *((form, f"127.255.255.{last}", Word.SILENT) for form in Form for last in (252, 254, 255)),
        *((form, "192.0.2.80", Word.SILENT) for form in Form),
        *((Form.SURBL, f"127.0.0.{bits}", Word.LISTED) for bits in (8, 16, 64, 128, 216, 24)),
        (Form.SURBL, "127.0.0.4", Word.CLEAN),
        (Form.SURBL, "127.0.0.1", Word.SILENT),
        *((Form.URIBL, f"127.0.0.{bits}", Word.LISTED) for bits in (2, 8, 14)),
        (Form.URIBL, "127.0.0.4", Word.CLEAN),
        (Form.URIBL, "127.0.0.1", Word.SILENT),
        *((Form.ZEN, f"127.0.0.{last}", Word.LISTED) for last in (2, 3, 4, 9)),
        *((Form.ZEN, f"127.0.0.{last}", Word.CLEAN) for last in (10, 11)),
        (Form.ADDRESSES, "127.0.0.10", Word.LISTED),
        (Form.ADDRESSES, "127.0.0.1", Word.SILENT),
    ],
)
def test_meaning_of_one_record(form: Form, record: str, word: Word) -> None:
    """As the lists' own pages say; a refusal, or a resolver's advertisement, is no listing."""
    assert word == meaning(form, _records(record)).word


def test_listing_says_which() -> None:
    """An admin sees the list's own code, to look it up there."""
    assert Said(Word.LISTED, "phishing, malware (127.0.0.24)") == meaning(Form.SURBL, _records("127.0.0.24"))


def test_no_record_is_clean_and_no_answer_is_silence() -> None:
    """NXDOMAIN is how a list says that it has nothing; a server that fails says nothing."""
    assert Word.CLEAN == meaning(Form.DBL, _records()).word
    assert Word.SILENT == meaning(Form.DBL, Answer(Found.TROUBLE)).word


def test_one_refusal_among_records_makes_all_of_them_silence() -> None:
    """Who answers so is not to be believed."""
    assert Word.SILENT == meaning(Form.DBL, _records("127.0.1.2", "127.255.255.254")).word


def test_addresses_are_looked_up_backwards() -> None:
    """Octets for IPv4, nibbles for IPv6 (RFC 5782 sections 2.1 and 2.4)."""
    assert "99.2.0.192" == reversed_name("192.0.2.99")
    assert "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4" == reversed_name("4321:0:1:2:3:4:567:89ab")


@pytest.mark.enable_socket
async def test_domains_are_asked_of_a_real_server_and_nothing_is_remembered(server: NameServer) -> None:
    """A domain that gets listed between two rounds is listed in the second one."""
    asked = DnsList("list", ZONE, Form.DBL, (server.address,))
    server.hold({})
    before = await asked.ask(["one.example", "two.example"])
    server.hold({f"one.example.{ZONE}": ("127.0.1.4",)})
    after = await asked.ask(["one.example", "two.example"])

    assert {"one.example": Said(Word.CLEAN), "two.example": Said(Word.CLEAN)} == before
    assert {"one.example": Said(Word.LISTED, "bad (127.0.1.4)"), "two.example": Said(Word.CLEAN)} == after


@pytest.mark.enable_socket
async def test_list_that_closed_down_lists_everything(server: NameServer) -> None:
    """Its answers are taken as they are; the names that it must not list give it away."""
    said = await DnsList("all", "all.test", Form.DBL, (server.address,)).ask(["one.example", "invalid"])

    assert {Word.LISTED} == {one.word for one in said.values()}


@pytest.mark.enable_socket
async def test_silent_server_is_silence() -> None:
    """Nobody listens there."""
    [port] = free_ports(1)
    said = await DnsList("list", ZONE, Form.DBL, (f"127.0.0.1:{port}",)).ask(["one.example"])

    assert {"one.example": Said(Word.SILENT, "no answer")} == said


@pytest.mark.enable_socket
async def test_refusing_server_is_silence(server: NameServer) -> None:
    """It does not know the zone, and asks nobody."""
    said = await DnsList("other", "unknown.zone", Form.SURBL, (server.address,)).ask(["one.example"])

    assert Word.SILENT == said["one.example"].word


@pytest.mark.enable_socket
async def test_one_listed_address_of_a_domain_is_enough(server: NameServer) -> None:
    """Both families are looked up; a domain without an address is neither listed nor clean."""
    nibbles = reversed_name("2001:db8::7")
    server.hold(
        {
            "clean.example": ("192.0.2.1",),
            "bad.example": ("192.0.2.1", "192.0.2.99"),
            "bad6.example": ("2001:db8::7",),
            f"99.2.0.192.{ZONE}": ("127.0.0.2",),
            f"{nibbles}.{ZONE}": ("127.0.0.3",),
            f"2.0.0.127.{ZONE}": ("127.0.0.2",),
        }
    )
    names = ["clean.example", "bad.example", "bad6.example", "none.example", "127.0.0.2", "127.0.0.1"]
    said = await DnsList("ip", ZONE, Form.ADDRESSES, (server.address,)).ask(names)

    assert {
        "clean.example": Word.CLEAN,
        "bad.example": Word.LISTED,
        "bad6.example": Word.LISTED,
        "none.example": Word.SILENT,
        "127.0.0.2": Word.LISTED,
        "127.0.0.1": Word.CLEAN,
    } == {name: one.word for name, one in said.items()}


@pytest.mark.enable_socket
async def test_name_that_dns_cannot_hold_is_silence(server: NameServer) -> None:
    """It would not fit in front of the zone."""
    long = "a." * 124 + "example"
    said = await DnsList("list", ZONE, Form.DBL, (server.address,)).ask([long])

    assert Word.SILENT == said[long].word
