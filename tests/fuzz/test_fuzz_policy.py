"""Policy files of any content: a set, or mistakes with their places; never anything else."""

from collections.abc import Callable
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.yamltree import tree
from gateway.policy.source import PolicyErrors, Problem
from tests.unit.policy.documents import LONG, PARTNERS, policies

WORDS = [
    *(
        "allow",
        "reject",
        "strip",
        "images",
        "pdf",
        "executables",
        "defer",
        "dmarc",
        "pass",
        "default",
        "office@sha256:0",
    ),
    *("20MiB", "30d", "0.5%", "2027-03-31", "08:00", "*.pdf", "a@b.example", "*.co.uk", "lists/partners.txt", ""),
    *("family", "sender", "not", "members", "all", "when", "then", "action", "reason", "rules", "tests", "extends"),
]
TEXTS = st.sampled_from(WORDS) | st.text(max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """Return a full file in which some values gave way to others, at any depth."""
    value = yaml.safe_load(LONG)
    for _ in range(draw(st.integers(1, 3))):
        at: Any = value
        while True:
            keys = [*(at if isinstance(at, dict) else range(len(at)))]
            key = draw(st.sampled_from(keys))
            if not isinstance(at[key], dict | list) or not at[key] or draw(st.booleans()):
                at[key] = draw(VALUES)
                break
            at = at[key]
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True))


def problems_of(make: Callable[[], object]) -> tuple[Problem, ...]:
    """Return what is said against a file; whatever else is raised is a failure."""
    try:
        make()
    except PolicyErrors as error:
        return error.problems
    return ()


@given(files())
def test_any_file_makes_a_set_or_mistakes_with_places(text: str) -> None:
    """Each within the file, none without words."""
    found = problems_of(lambda: policies(text, lists={"lists/partners.txt": PARTNERS}))
    last = max(1, len(text.splitlines()))

    assert all(one.text and one.column >= 1 for one in found)
    assert all(1 <= one.line <= last for one in found if not one.file.startswith("lists/"))


@given(st.text(st.sampled_from("ab:- {}[],'\"#|>&*!%@\n\t\0é0.")) | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_a_document_or_mistakes_with_places(text: str) -> None:
    """Whatever YAML makes of it."""
    found = problems_of(lambda: tree(text.encode(), "x.yaml", "x"))

    assert all(one.line >= 1 and one.column >= 1 and one.text for one in found)
