"""Words that stand for values."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.tenant import Hop, Scheme
from gateway.policy.units import address, clock, domain, duration, hop, last_day, share, size


def test_size_is_a_whole_number_with_a_unit() -> None:
    """Binary units only."""
    assert [size(one) for one in ("7B", "1KiB", "20MiB", "1GiB")] == [7, 1024, 20 << 20, 1 << 30]


@pytest.mark.parametrize("wrong", [20, 2.5, "20", "20MB", "MiB", "1.5MiB", "-1MiB", "", None, []], ids=repr)
def test_anything_else_is_no_size(wrong: object) -> None:
    """The answer names the units."""
    with pytest.raises(ValueError, match="B, KiB, MiB, GiB"):
        size(wrong)


def test_bare_number_is_told_that_it_needs_a_unit() -> None:
    """The commonest slip has a sentence of its own."""
    for bare in (20, "20"):
        with pytest.raises(ValueError, match="needs a unit"):
            size(bare)


def test_durations_shares_days_and_times_are_kinds_of_their_own() -> None:
    """Each in one way."""
    assert [duration(one) for one in ("0s", "30m", "4h", "30d")] == [0.0, 1800.0, 14_400.0, 2_592_000.0]
    assert [share(one) for one in ("0%", "0.5%", "100%")] == [0.0, 0.005, 1.0]
    assert last_day("1970-01-01") == 86_400.0
    assert [clock(one) for one in ("00:00", "23:59")] == [0, 1439]


WRONG_UNITS: dict[Callable[[object], object], list[object]] = {
    duration: [30, "30", "30 d", "1w", "-1d", "1.5h", None, "d"],
    share: [5, "5", "101%", "-1%", "1,5%", None],
    last_day: ["2027-02-29", "2027-3-1", "31.03.2027", "0000-01-01", 20270331, None],
    clock: ["24:00", "8:00", "08:60", 480, None],
}


@pytest.mark.parametrize("kind", WRONG_UNITS, ids=lambda kind: kind.__name__)
def test_anything_else_is_told_what_is_allowed(kind: Callable[[object], object]) -> None:
    """A bare number where a unit is needed too."""
    for wrong in WRONG_UNITS[kind]:
        with pytest.raises(ValueError, match="allowed: "):
            kind(wrong)


DOMAINS = {
    "acme.example": "acme.example",
    "ACME.Example": "acme.example",
    "*.acme.example": "*.acme.example",
    "bücher.example": "xn--bcher-kva.example",
    "*.bücher.example": "*.xn--bcher-kva.example",
    "a_b.example": "a_b.example",
}


@pytest.mark.parametrize(("word", "expected"), DOMAINS.items())
def test_domain_is_taken_in_its_wire_form(word: str, expected: str) -> None:
    """Lower case A-labels."""
    assert expected == domain(word)


@pytest.mark.parametrize(
    "wrong",
    [
        *("com", "*.uk", "*", "*.", "", ".", "a..b", "-a.example", "a-.example", "a b.example", "192.0.2.1"),
        *("x@a.example", "a." + "b" * 64, ".".join(["a" * 60] * 5), "acme.example."),
    ],
    ids=ascii,
)
def test_anything_else_is_no_domain(wrong: str) -> None:
    """Top-level domains are refused: they belong to others."""
    with pytest.raises(ValueError, match="domain"):
        domain(wrong)


def test_address_keeps_its_local_part() -> None:
    """Only the domain has one way to be written."""
    assert address("Press+x@Bücher.Example") == "Press+x@xn--bcher-kva.example"


@pytest.mark.parametrize("wrong", ["a", "@a.example", "a@", "a@b", "a b@c.example", "a@*.c.example", "a@b@c.example"])
def test_anything_else_is_no_address(wrong: str) -> None:
    """One @, a local part and a domain."""
    with pytest.raises(ValueError, match=r"is not an address|domain"):
        address(wrong)


HOPS = {
    "smtp://mx.acme.example": Hop(Scheme.SMTP, "mx.acme.example", 25),
    "smtp://mx:2525": Hop(Scheme.SMTP, "mx", 2525),
    "smtp://192.0.2.1:25": Hop(Scheme.SMTP, "192.0.2.1", 25),
    "smtp://[2001:db8::1]:25": Hop(Scheme.SMTP, "2001:db8::1", 25),
    "lmtp://localhost:24": Hop(Scheme.LMTP, "localhost", 24),
    "maildir:maildir/acme": Hop(Scheme.MAILDIR, port=0, path="maildir/acme"),
}


@pytest.mark.parametrize(("word", "expected"), HOPS.items())
def test_next_hop_is_a_server_or_a_folder(word: str, expected: Hop) -> None:
    """With the port of SMTP where none is given."""
    assert expected == hop(word)


@pytest.mark.parametrize(
    "wrong",
    [
        *("mx.acme.example", "smtp:/x", "smtp://", "smtp://a b", "smtp://x:0", "smtp://x:70000", "smtp://u@x"),
        *("smtp://x/y", "smtp://[::g]:25", "smtp://[:::]", "smtp://[192.0.2.1]", "smtp://192.0.2.256", "lmtp://x"),
        *("http://x", "maildir:", "maildir:../x", "maildir:a\nb", 25, None),
    ],
    ids=ascii,
)
def test_anything_else_is_no_next_hop(wrong: object) -> None:
    """LMTP has no port of its own; a folder stays below its root."""
    with pytest.raises(ValueError, match=r".+"):
        hop(wrong)


@given(st.text(), st.sampled_from([size, domain, address, hop]))
def test_words_are_taken_or_refused_with_a_sentence(word: str, take: Callable[[str], object]) -> None:
    """Nothing but ValueError, for any text."""
    sentence = ""
    try:
        take(word)
    except ValueError as error:
        sentence = str(error)

    assert len(sentence) < 300
