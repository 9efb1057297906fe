"""One file's shape, or its mistakes in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.policy.parse import parse
from gateway.policy.shape import DefaultFile, FamiliesFile, TenantFile
from gateway.policy.source import Document, Plain, Problem
from tests.unit.policy.documents import DEFAULT, FAMILIES, TENANT, document


def problems(text: str, shape: type[TenantFile | DefaultFile | FamiliesFile] = TenantFile) -> list[str]:
    found: list[Problem] = []
    made = parse(document(text), shape, found)
    assert (made is None) == bool(found)
    return [str(one).removeprefix("acme.yaml:") for one in found]


def test_files_without_mistakes_have_their_shape() -> None:
    """The three kinds of files."""
    assert problems(TENANT) == problems(DEFAULT, DefaultFile) == problems(FAMILIES, FamiliesFile) == []


ACTIONS = "allow, tag, host, strip, quarantine, defer, reject"
KEYS = (
    "schema, extends, families, lists, rules, allow, otherwise, message, scanning, hosting, links, quarantine, "
    "notices, replies, rollout, tests, tenant, domains, recipients, next_hop, override"
)
CONDITIONS = (
    "family, name, size, sender, recipient, direction, encrypted, macros, active_content, mismatch, detected_family, "
    "members, depth, scan, auth, time, not"
)
MISTAKES = {
    "unknown key": (
        "alow: []",
        f'4:1: unknown key "alow"; did you mean "allow"? allowed: {KEYS}',
    ),
    "unknown key inside": (
        "message: {limits: {sise: 1MiB}}",
        '4:20: unknown key "sise"; did you mean "size"? allowed: size, parts, depth, members, expanded, ratio, seconds',
    ),
    "unknown word": (
        "otherwise: rejekt",
        '4:12: unknown word "rejekt"; did you mean "reject"? allowed: ' + ACTIONS,
    ),
    "word of nobody": (
        "otherwise: strop",
        '4:12: unknown word "strop"; did you mean "strip"? allowed: allow, tag, host, strip, quarantine, defer, reject',
    ),
    "schema of a later version": ("schema: 2", "4:9: 2 does not belong here; allowed: 1"),
    "word where there is none": (
        "otherwise: ",
        "4:11: nothing does not belong here; allowed: allow, tag, host, strip, quarantine, defer, reject",
    ),
    "text for a list": ("allow: pdf", "4:8: must be a list, not a text"),
    "nothing for a list": ("allow:", "4:7: must be a list, not nothing"),
    "number for a text": ("allow: [3]", "4:9: must be a text, not a number; put it in quotes"),
    "list for keys": ("message: [a]", "4:10: must be keys with values, not a list"),
    "text for a switch": (
        "replies: {show_file_name: NO}",
        "4:27: must be true or false, not a text",
    ),
    "text for a number": ("message: {limits: {parts: 1:30}}", "4:27: must be a whole number, not a text"),
    "switch for a number": ("message: {limits: {parts: true}}", "4:27: must be a whole number, not true or false"),
    "fraction for a whole number": ("message: {limits: {parts: 1.5}}", "4:27: must be a whole number, not a number"),
    "bare size": (
        "message: {limits: {size: 20}}",
        '4:26: a size needs a unit; allowed: a whole number with B, KiB, MiB, GiB, such as "20MiB"',
    ),
    "too much": ("message: {limits: {depth: 51}}", "4:27: 51 is out of bounds; allowed: at most 50"),
    "too little": ("message: {limits: {parts: 0}}", "4:27: 0 is out of bounds; allowed: at least 1"),
    "no time": ("message: {limits: {seconds: 0}}", "4:29: 0 is out of bounds; allowed: above 0"),
    "placeholder": (
        'replies: {help_url: "https://x/{ip}"}',
        "4:21: unknown placeholder {ip}; allowed: {reason}, {id}",
    ),
    "address": ("recipients: [x]", '4:14: "x" is not an address; allowed: somebody@acme.example'),
}


@pytest.mark.parametrize(("line", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_has_its_place_and_the_allowed_words(line: str, expected: str) -> None:
    """In a file that is otherwise right."""
    assert [expected] == problems(TENANT + line + "\n")


def test_missing_keys_are_named() -> None:
    """At the beginning of where they are missing."""
    assert problems("tenant: a\ndomains: [a.example]") == ['1:1: the key "next_hop" is missing']
    assert problems("tenant: a\nnext_hop: smtp://a") == [
        '1:1: a tenant needs "domains" or "recipients"; without them no mail is for it'
    ]
    assert problems("tenant: a\ndomains: [a.example]\nnext_hop: []") == ["3:11: is empty; it needs at least one entry"]


def test_rules_say_what_they_need() -> None:
    """A condition and a reason."""
    text = DEFAULT.replace("{scan: infected}", "{}").replace(", reason: executable", "")

    assert problems(text, DefaultFile) == [
        f"4:11: a condition must ask something; allowed: {CONDITIONS}",
        '9:11: the key "reason" is missing: whoever is refused or marked must hear why',
    ]


def test_families_are_written_one_way() -> None:
    """Lower case, no dots, media types with a slash."""
    text = "families:\n  x: {label: X, ext: [.PDF], detected: [pdf], declared: [Image/PNG]}\n"

    assert [line.partition(";")[0] for line in problems(text, FamiliesFile)] == [
        '2:23: ".PDF" is not an extension',
        '2:41: "pdf" is not a media type',
        '2:58: "Image/PNG" is not a media type',
    ]


def test_family_has_a_name_that_rules_can_use() -> None:
    """And there is at least one."""
    text = FAMILIES.replace("  pdf:", "  P D F:")

    assert problems(text, FamiliesFile) == [
        '3:10: "P D F" is not a name; allowed: lower case letters, digits, "-" and "_"'
    ]
    assert problems("families: {}", FamiliesFile) == ["1:11: is empty; it needs at least one entry"]


def test_all_mistakes_come_at_once() -> None:
    """One run of the linter is enough."""
    text = "tenant: A B\ndomains: [com, 3]\nnext_hop: x\notherwise: no\nmessage: {limits: {size: 1}}\n"

    assert [line.partition(": ")[0] for line in problems(text)] == ["4:12", "5:26", "1:9", "2:11", "2:16", "3:11"]


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["tenant", "domains", "next_hop", "allow", "message", "limits", "size", "families", "rules"]
            )
            | st.text(),
            inner,
            max_size=5,
        )
    ),
)


@given(plain, st.sampled_from([TenantFile, DefaultFile, FamiliesFile]))
def test_any_value_has_a_shape_or_problems_with_places(
    value: Plain, shape: type[TenantFile | DefaultFile | FamiliesFile]
) -> None:
    """Nothing raises, whatever the file holds."""
    found: list[Problem] = []
    made = parse(Document("x.yaml", "x", value, {(): (1, 1)}, {}), shape, found)

    assert (made is None) == bool(found)
    assert all(one.line >= 1 and one.column >= 1 and one.text for one in found)
