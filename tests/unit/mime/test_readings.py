"""Other readings of a part: which there are, and that there are never too many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mime.readings import readings
from gateway.mime.split import split
from gateway.model.finding import FindingKind
from gateway.model.limits import Limits
from tests import strategies

K = FindingKind


def labels(raw: bytes, *kinds: FindingKind) -> list[str]:
    """Return the labels of the readings of a whole message."""
    return [one.label for one in readings(raw, split(raw, Limits())[0].root, kinds)]


@pytest.mark.parametrize(
    ("raw", "kind", "expected"),
    [
        (b"Content-Type: multipart/mixed\r\n\r\n--a\r\n\r\n--b\r\nX: y\r\n", K.BOUNDARY_MISSING, ["a", "b"]),
        (b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nx", K.BOUNDARY_BAD, []),
        (b"junk\r\n\r\n--a\r\nnot a field\r\n", K.JUNK_HEADER_LINE, []),
        (b"Content-Type: text/plain; boundary=z\r\n\r\n--z not at an end", K.BAD_CONTENT_TYPE, ["z"]),
    ],
)
def test_every_line_that_could_be_a_delimiter_is_tried(raw: bytes, kind: FindingKind, expected: list[str]) -> None:
    """Whatever the header says or hides; but prose is no delimiter."""
    assert [one.removeprefix("boundary:") for one in labels(raw, kind) if "boundary:" in one] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"QUJDREVGR0hJSktMTU5P\r\n", ["base64"]),
        (b"a=41b\r\n", ["quoted-printable"]),
        (b"Just words, and more of them.\r\n", []),
    ],
)
def test_unknown_encoding_is_what_the_text_looks_like(body: bytes, expected: list[str]) -> None:
    """Prose is not decoded: no reader does that."""
    raw = b"Content-Transfer-Encoding: foo\r\n\r\n" + body

    assert labels(raw, K.ENCODING_UNKNOWN) == expected


def test_encoded_text_itself_is_noise() -> None:
    """A reader that does not decode shows base64: nothing to judge, but not the same either."""
    raw = b"Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n\r\nQUJDREVGR0hJSktM\r\n"
    found = list(readings(raw, split(raw, Limits())[0].root, {K.CONFLICTING_FIELD}))

    assert [(one.label, one.is_noise) for one in found] == [("8bit", True)]


def test_number_of_boundaries_is_bounded() -> None:
    """Hostile mail must not multiply the work."""
    raw = b"Content-Type: multipart/mixed\r\n\r\n" + b"".join(b"--%d\r\n\r\n" % at for at in range(500))

    assert len(labels(raw, K.BOUNDARY_MISSING)) < 10


@given(strategies.mutated(), st.sets(st.sampled_from(FindingKind)))
def test_labels_are_unique_and_nothing_raises(raw: bytes, kinds: set[FindingKind]) -> None:
    """Any message, any findings."""
    found = labels(raw, *kinds)

    assert len(found) == len(set(found))
