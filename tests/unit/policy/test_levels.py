"""Files on top of one another."""

import re

from tests.unit.policy.documents import policies, policy_of, problems_of

PRESET = """\
note: For one desk
rules:
  - {id: shut, when: {family: [fonts]}, then: {action: reject, reason: type_not_allowed}, locked: true}
  - {id: loose, when: {family: [audio]}, then: {action: tag, reason: type_not_allowed}}
families: {plans: {label: Plans, ext: [plan], detected: [], declared: []}}
allow: [pdf, plans]
message: {over_limit: defer}
"""
OWN = "extends: desk\nrules:\n  - {id: own, when: {family: [cad]}, then: {action: tag, reason: type_not_allowed}}\n"


def test_locked_rules_first_then_own_then_what_parents_leave_open() -> None:
    """The outermost parent's locked rules before all others."""
    assert [one.id for one in policy_of(OWN, presets={"desk": PRESET}).rules] == [
        "malware",
        "executables",
        "shut",
        "own",
        "loose",
    ]


def test_file_gets_what_its_parent_says() -> None:
    """Key by key, with families and lists."""
    made = policy_of(OWN + "message: {limits: {parts: 7}}\n", presets={"desk": PRESET})

    assert (made.allow, made.over_limit.word, made.limits.parts) == (("pdf", "plans"), "defer", 7)
    assert "plans" in made.index.names


def test_parents_may_have_parents() -> None:
    """In whatever order they are read; a ring is no parent."""
    upper = "note: upper\nextends: desk\nallow: [cad]\n"
    ring = {"a": "note: a\nextends: b\n", "b": "note: b\nextends: a\n"}

    assert policy_of("extends: above\n", presets={"above": upper, "desk": PRESET}).over_limit.word == "defer"
    assert [one.partition(" ")[2] for one in problems_of("", presets=ring)] == [
        '"b" extends this file in turn',
        '"a" extends this file in turn',
    ]


def test_parent_must_exist() -> None:
    """With the likely one."""
    assert problems_of("extends: dsk\n", presets={"desk": PRESET}) == [
        'acme.yaml:4:10: unknown parent "dsk"; did you mean "desk"? allowed: default, desk'
    ]


def pin(preset: str) -> str:
    """Ask for the pin by writing a wrong one."""
    wrong = problems_of(f"extends: desk@sha256:{'0' * 16}\n", presets={"desk": preset})
    found = re.search(r"write (desk@sha256:[0-9a-f]{16})$", wrong[0])
    assert found
    return found[1]


def test_pinned_parent_is_that_parent_or_a_mistake() -> None:
    """Every change of it, and of what it stands on, is to be looked at."""
    pinned, changed = f"extends: {pin(PRESET)}\n", PRESET + "# a comment\n"

    assert problems_of(pinned, presets={"desk": PRESET}) == []
    assert problems_of(pinned, presets={"desk": changed}) == [
        f'acme.yaml:4:10: "desk" has changed since it was pinned; look at the change, then write {pin(changed)}'
    ]


def test_what_holds_for_a_time_is_known_with_its_place() -> None:
    """Rules, lists and ignored signatures."""
    text = (
        "scanning: {ignore_signatures: [{name: PUA.X, expires: 2027-01-31}]}\n"
        "rules:\n  - {id: x, when: {family: [cad]}, then: {action: allow}, expires: 2027-03-31}\n"
        "lists: {a: {file: a.txt, kind: senders, max_age: 1d}}\n"
    )
    made = policies(
        "tenant: acme\ndomains: [acme.example]\nnext_hop: smtp://a\n" + text, lists={"a.txt": "# date: 2026-11-01\n"}
    )

    assert [str(one.origin) for one in made.ends] == ["acme.yaml:6:5", "acme.yaml:7:12", "acme.yaml:4:32"]
    assert min(one.at for one in made.ends) == 1793577600.0
