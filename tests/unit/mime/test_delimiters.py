"""Boundary delimiter lines."""

import pytest

from gateway.mime.delimiters import Delimiters, bad_boundary, find_delimiters
from gateway.model.finding import FindingKind
from gateway.model.span import Span


def find(body: bytes, boundary: bytes = b"b", most: int = 100) -> Delimiters:
    return find_delimiters(body, Span(0, len(body)), boundary, most)


def texts(body: bytes, boundary: bytes = b"b") -> list[bytes]:
    return [body[span.start : span.end] for span in find(body, boundary).parts]


def kinds(body: bytes) -> list[FindingKind]:
    return [kind for kind, _ in find(body).oddities]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"\r\n--b\r\none\r\n--b\r\ntwo\r\n--b--\r\n", [b"one", b"two"]),
        (b"pre\r\n--b\r\none\r\n--b--", [b"one"]),
        (b"\n--b\none\n--b--\n", [b"one"]),
        (b"\r\n--b \t\r\none\r\n\r\n--b-- \r\n", [b"one\r\n"]),
        (b"\r\n--b\r\n\r\n--b\r\n--b--", [b"", b""]),
        (b"\r\n--b\r\none\r\n", [b"one\r\n"]),
        (b"\r\nx--b\r\n--a\r\n", []),
    ],
)
def test_parts_lie_between_delimiter_lines(body: bytes, expected: list[bytes]) -> None:
    """The line end before a delimiter belongs to it; blanks may follow it."""
    assert expected == texts(body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"\r\n--b\r\n\r\n--b--", []),
        (b"\r\n--b\r\n\r\n", [FindingKind.BOUNDARY_UNCLOSED]),
        (b"\r\ntext", [FindingKind.BOUNDARY_NEVER_SEEN]),
        (b"\r\n--b--\r\n", [FindingKind.BOUNDARY_NEVER_SEEN]),
        (b"\r\n--b\r\n\r\n--bx\r\n--b--", [FindingKind.BOUNDARY_PREFIXED]),
        (b"\r\n--b\r\n\r\n--b--x\r\n--b--", [FindingKind.BOUNDARY_PREFIXED]),
        (b"\r\n--b\r\n\r\n--b--\r\n--b\r\nmore", [FindingKind.BOUNDARY_REUSED]),
        (b"\r\n--b\r\n\r\n--b--\r\n--b--\r\n\r\n--b--", []),
        (b"\r\n--b \t\r\n\r\n--b--", [FindingKind.READERS_AGREE]),
    ],
)
def test_what_readers_differ_on_is_named(body: bytes, expected: list[FindingKind]) -> None:
    """Readers that compare only the beginning, or go on after the end, see other parts."""
    assert expected == kinds(body)


def test_body_may_begin_with_a_delimiter() -> None:
    """No preamble and no blank line of its own are needed."""
    raw = b"\n--b\r\none\r\n--b--"

    assert find_delimiters(raw, Span(1, len(raw)), b"b", 9).parts == (Span(6, 9),)


def test_search_stops_at_the_bound() -> None:
    """A million parts cost no more than those that may be looked at."""
    found = find(b"\r\n--b\r\nx" * 10_000, most=10)

    assert len(found.parts) == 11
    assert found.oddities == ()


@pytest.mark.parametrize("boundary", ["b", "----=_Part_1.2'()+_,-./:=?", "a b", "{a@b&c}", "x" * 70])
def test_common_boundaries_are_good(boundary: str) -> None:
    """What every reader takes as it is needs no finding, even beyond the RFC's list."""
    assert bad_boundary(boundary) == []


@pytest.mark.parametrize("boundary", ["", "x" * 71, "a ", " a", "a\\b", "ä", "a\tb"])
def test_dubious_boundaries_are_bad(boundary: str) -> None:
    """Empty, overlong, or with what readers cut or convert."""
    assert [kind for kind, _ in bad_boundary(boundary)] == [FindingKind.BOUNDARY_BAD]
