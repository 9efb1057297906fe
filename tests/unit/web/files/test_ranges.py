"""Which bytes a request is for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.files.ranges import Conditions, Span, Unmodified, Unsatisfiable, wanted

TAG = '"abc"'


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("", None),
        ("bytes=0-9", Span(0, 10)),
        ("bytes=90-", Span(90, 100)),
        ("bytes=90-1000", Span(90, 100)),
        ("bytes=-10", Span(90, 100)),
        ("bytes=-1000", Span(0, 100)),
        ("Bytes = 5 - 6 ", Span(5, 7)),
        ("bytes=100-", Unsatisfiable()),
        ("bytes=-0", Unsatisfiable()),
        ("bytes=9-5", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("lines=1-2", None),
        ("bytes=" + "9" * 30 + "-", None),
    ],
)
def test_range_is_read_as_the_rfc_says(field: str, expected: object) -> None:
    """One satisfiable range is one, an unsatisfiable one is told, and all else is the whole file."""
    assert expected == wanted(Conditions(field), TAG, 100)


@pytest.mark.parametrize(("condition", "is_kept"), [(TAG, True), ('"other"', False), (f"W/{TAG}", False)])
def test_range_holds_only_for_the_content_that_the_client_has(condition: str, *, is_kept: bool) -> None:
    """If-Range compares strongly; on any other content the whole file comes."""
    found = wanted(Conditions("bytes=5-", if_range=condition), TAG, 100)

    assert (Span(5, 100) if is_kept else None) == found


@pytest.mark.parametrize("condition", [TAG, f'"x", W/{TAG}', "*"])
def test_client_that_has_the_content_is_told_so(condition: str) -> None:
    """If-None-Match compares weakly, and counts before the range."""
    assert isinstance(wanted(Conditions("bytes=5-", if_none_match=condition), TAG, 100), Unmodified)


@given(st.text(max_size=40), st.integers(0, 1000))
def test_no_field_reaches_beyond_the_file(field: str, size: int) -> None:
    """Whatever is asked, what is given lies inside."""
    for text in (field, f"bytes={field}"):
        found = wanted(Conditions(text), TAG, size)
        assert not isinstance(found, Span) or 0 <= found.start < found.end <= size
