"""When a domain counts as listed, and when a source is believed."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.reputation.listings import Listing, Round, Rules, Said, Trust, Word, step, trust

DAY = 86400.0
RULES = Rules()
LISTED, CLEAN, SILENT = Said(Word.LISTED), Said(Word.CLEAN), Said(Word.SILENT)
SOURCES = ("a", "b", "c")

answers = st.fixed_dictionaries({}, optional={name: st.sampled_from((LISTED, CLEAN, SILENT)) for name in SOURCES})
rounds = st.lists(
    st.tuples(st.floats(1, 2 * DAY), answers, st.frozensets(st.sampled_from(SOURCES))), min_size=1, max_size=40
)


def _round(said: Mapping[str, Said], *aside: str) -> Round:
    return Round(tuple(said.items()), frozenset(aside))


def _lived(
    record: Listing, events: Sequence[tuple[float, Mapping[str, Said], frozenset[str]]], rules: Rules = RULES
) -> Iterator[tuple[float, Listing]]:
    """Yield each moment and the record then."""
    now = record.since
    for wait, said, aside in events:
        now += wait
        record = step(record, _round(said, *aside), now, rules)
        yield now, record


def _told(*told: tuple[float, Mapping[str, Said]], rules: Rules = RULES, record: Listing | None = None) -> Listing:
    record = record or Listing("files.example")
    for now, said in told:
        record = step(record, _round(said), now, rules)
    return record


def test_listing_that_is_confirmed_counts() -> None:
    """One answer is not enough, the same again half a minute later is."""
    once = _told((100.0, {"a": LISTED}))
    twice = _told((130.0, {"a": LISTED}), record=once)

    assert (False, True, 130.0) == (once.is_listed, twice.is_listed, twice.since)
    assert ["a"] == [one.source for one in twice.accusers()]


def test_silence_confirms_nothing() -> None:
    """Between the first answer and the next there may be silence; it does not count by itself."""
    record = _told((0.0, {"a": LISTED}), (100.0, {"a": SILENT}), (200.0, {}))

    assert not record.is_listed
    assert _told((300.0, {"a": LISTED}), record=record).is_listed


def test_word_begins_anew_after_a_long_silence() -> None:
    """What a source said yesterday confirms nothing today."""
    record = _told((0.0, {"a": LISTED}), (DAY, {"a": LISTED}))

    assert not record.is_listed
    assert record.opinions[0].since == DAY


def test_several_sources_must_agree_where_that_is_asked() -> None:
    """Two of three: one alone changes nothing, and one that has been silent for long does not count."""
    rules = Rules(sources=2)
    alone = _told((0.0, {"a": LISTED}), (60.0, {"a": LISTED, "b": CLEAN}), rules=rules)
    late = _told((DAY, {"b": LISTED}), (DAY + 60, {"b": LISTED}), rules=rules, record=alone)
    agreed = _told((DAY + 120, {"a": LISTED}), (DAY + 180, {"a": LISTED}), rules=rules, record=late)

    assert (False, False, True) == (alone.is_listed, late.is_listed, agreed.is_listed)


def test_domain_is_back_after_its_accuser_called_it_clean_for_long_enough() -> None:
    """Answers an hour apart for a day, no fewer."""
    listed = _told((0.0, {"a": LISTED}), (30.0, {"a": LISTED}))
    hours = [(hour * 3600.0, {"a": CLEAN, "b": CLEAN}) for hour in range(1, 26)]
    before, after = _told(*hours[:-1], record=listed), _told(*hours, record=listed)

    assert (True, False) == (before.is_listed, after.is_listed)


def test_other_sources_do_not_speak_for_a_silent_accuser() -> None:
    """Whoever listed the domain has to say itself that it is clean."""
    record = _told((0.0, {"a": LISTED}), (30.0, {"a": LISTED}))
    record = _told(*((hour * 3600.0, {"a": SILENT, "b": CLEAN}) for hour in range(1, 100)), record=record)

    assert record.is_listed


def test_accuser_that_is_put_aside_no_longer_holds_a_domain() -> None:
    """A list that turned out to list everything must not keep a domain for ever; another one speaks then."""
    record = _told((0.0, {"a": LISTED}), (30.0, {"a": LISTED}))
    for hour in range(1, 26):
        record = step(record, _round({"b": CLEAN}, "a"), hour * 3600.0, RULES)

    assert not record.is_listed


@given(st.booleans(), st.lists(st.floats(1, 10 * DAY), max_size=30))
def test_silence_never_changes_anything(has_been_listed: bool, waits: list[float]) -> None:  # noqa: FBT001
    """However long it lasts."""
    start = _told((0.0, {"a": LISTED}), (30.0, {"a": LISTED})) if has_been_listed else _told((0.0, {"a": LISTED}))
    events = [(wait, dict.fromkeys(SOURCES, SILENT), frozenset[str]()) for wait in waits]

    assert all(record.is_listed == start.is_listed for _, record in _lived(start, events))
    assert all(record.opinions == start.opinions for _, record in _lived(start, events))


@given(rounds)
def test_flapping_rotates_once_in_the_time_of_a_listing(
    events: list[tuple[float, Mapping[str, Said], frozenset[str]]],
) -> None:
    """Between two listings of a domain lies at least `clean_for`, whatever the sources say."""
    rules = Rules(listed_for=0.0, clean_for=DAY / 2, gap=DAY)
    before, listed_at = False, []
    for now, record in _lived(Listing("files.example"), events, rules):
        if record.is_listed and not before:
            listed_at.append(now)
        before = record.is_listed

    assert all(later - earlier >= rules.clean_for for earlier, later in pairwise(listed_at))


@given(rounds)
def test_sources_that_are_aside_never_list(events: list[tuple[float, Mapping[str, Said], frozenset[str]]]) -> None:
    """Their answers are not even remembered."""
    aside = [(wait, said, frozenset(SOURCES)) for wait, said, _ in events]

    assert all(not record.is_listed and not record.opinions for _, record in _lived(Listing("x.example"), aside))


@given(rounds)
def test_one_answer_alone_never_lists(events: list[tuple[float, Mapping[str, Said], frozenset[str]]]) -> None:
    """A domain that becomes listed has an accuser whose word lasted."""
    before = False
    for _, record in _lived(Listing("files.example"), events):
        if record.is_listed and not before:
            assert any(one.has_lasted(RULES.listed_for) for one in record.accusers())
        before = record.is_listed


@given(rounds)
def test_domain_is_never_cleared_while_somebody_believed_lists_it(
    events: list[tuple[float, Mapping[str, Said], frozenset[str]]],
) -> None:
    """The last word of every source that counts is then another one."""
    before = False
    for (_, record), (_, _, aside) in zip(_lived(Listing("files.example"), events), events, strict=True):
        if before and not record.is_listed:
            assert [] == [one for one in record.accusers() if one.source not in aside]
        before = record.is_listed


def test_source_that_lists_everything_is_put_aside_at_once() -> None:
    """As lists do that have closed down."""
    record = trust(Trust("a"), LISTED, LISTED, 100.0, 3600.0)

    assert (True, 100.0, "lists what it must not") == (record.is_aside, record.since, record.reason)


def test_source_that_lists_nothing_is_put_aside_too() -> None:
    """Its "clean" would bring a listed domain back."""
    record = trust(Trust("a"), CLEAN, CLEAN, 100.0, 3600.0)

    assert "does not list what it must" == record.reason


def test_source_comes_back_when_it_has_been_right_for_a_while() -> None:
    """Silence neither counts for it nor against it; another mistake begins anew."""
    record = trust(Trust("a"), CLEAN, LISTED, 0.0, 3600.0)
    record = trust(record, LISTED, CLEAN, 1000.0, 3600.0)
    silent = trust(record, SILENT, CLEAN, 9000.0, 3600.0)
    wrong = trust(record, LISTED, LISTED, 2000.0, 3600.0)

    assert silent == record
    assert (True, 0.0, None) == (wrong.is_aside, wrong.since, wrong.right_since)
    assert not trust(silent, LISTED, CLEAN, 4600.0, 3600.0).is_aside


def test_silence_puts_no_source_aside() -> None:
    """A name server that is down is no reason for distrust."""
    assert trust(Trust("a"), SILENT, SILENT, 5.0, 3600.0) == Trust("a")


def test_source_without_names_to_try_is_believed() -> None:
    """There is nothing that it could get wrong."""
    assert trust(Trust("a"), None, None, 5.0, 3600.0) == Trust("a")
