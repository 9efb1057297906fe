"""What is rebuilt holds the judged parts and nothing else, and every reader sees it alike."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.libmagic import Libmagic
from gateway.edit.rebuild import Source, Unbuildable, rebuild
from gateway.examine import examine
from gateway.model.artifact import Artifact
from gateway.model.finding import FindingKind
from gateway.model.limits import Limits
from gateway.model.span import Span
from gateway.unpack.store import MemoryStore
from tests import builders, strategies

SNIFF = Libmagic()
PICTURE = builders.picture()
FILE = builders.part(PICTURE, "image/png", "Grüße.png")


def rebuilt(raw: bytes) -> tuple[bytes, tuple[Artifact, ...]]:
    """Return the new message, and what was judged in the old one."""
    store = MemoryStore()
    seen = examine(raw, SNIFF, Limits(), store, lambda: 0.0)

    def content(span: Span) -> Iterable[bytes]:
        return [bytes(store.view(span))] if len(span) else []

    source = Source(lambda span: raw[span.start : span.end], content, "seed")
    return b"".join(rebuild(seen.message, seen.artifacts, source)), seen.artifacts


def contents(artifacts: Iterable[Artifact]) -> list[tuple[str, str]]:
    """Return place and digest of the parts in the reading that most programs take."""
    return [(one.where, one.sha256) for one in artifacts if not set("~/") & set(one.where)]


AMBIGUOUS = {
    "two boundaries": (b"Content-Type: multipart/mixed; boundary=b; boundary=c", b"--b\r\n" + FILE + b"\r\n--b--\r\n"),
    "junk line": (b"junk\r\nContent-Type: multipart/mixed; boundary=b", b"--b\r\n" + FILE + b"\r\n--b--\r\n"),
    "blank fold": (b"X: y\r\n \r\nContent-Type: multipart/mixed; boundary=b", b"--b\r\n" + FILE + b"\r\n--b--\r\n"),
    "after the end": (b"Content-Type: multipart/mixed; boundary=b", b"--b\r\n" + FILE + b"\r\n--b--\r\n--b\r\nx\r\n"),
    "text around": (b"Content-Type: multipart/mixed; boundary=b", b"before\r\n--b\r\n" + FILE + b"\r\n--b--\r\nafter"),
    "text alone": (b"Content-Type: text/plain; charset=utf-8", "Grüße =\r\n.\r\nohne Ende".encode()),
    "bare line feeds": (b"Content-Transfer-Encoding: base64", b"YQpiDWMK"),
}


@pytest.mark.parametrize(("field", "body"), AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_rebuilt_message_has_the_same_parts_and_no_findings(field: bytes, body: bytes) -> None:
    """Nothing is odd about it any more."""
    raw = builders.head([*builders.ORDINARY, field]) + b"\r\n" + body
    new, artifacts = rebuilt(raw)
    seen = examine(new, SNIFF, Limits(), MemoryStore(), lambda: 0.0)

    assert contents(artifacts) == contents(seen.artifacts)
    assert seen.findings == ()


def test_other_fields_and_content_ids_stay() -> None:
    """Subject, sender and what HTML refers to."""
    inline = b"Content-ID: <logo@sender.example>\r\n" + FILE
    new, _ = rebuilt(builders.mail(builders.multipart(builders.text(), inline, subtype="related")))

    assert new.startswith(builders.head(builders.ORDINARY[:-1]) + b"MIME-Version: 1.0\r\n")
    assert new.count(b"\r\nContent-ID: <logo@sender.example>\r\n") == 1


def test_forwarded_message_is_rebuilt_inside() -> None:
    """With its own header."""
    inner = builders.mail(builders.multipart(builders.text(), FILE, boundary="i"), headers=[("Subject", "inner")])
    raw = builders.mail(builders.multipart(builders.part(inner, "message/rfc822", encoding="8bit"), boundary="o"))
    new, artifacts = rebuilt(raw)
    seen = examine(new, SNIFF, Limits(), MemoryStore(), lambda: 0.0)

    assert (contents(artifacts), seen.findings) == (contents(seen.artifacts), ())
    assert b"\r\nSubject: inner\r\nMIME-Version: 1.0\r\n" in new


@pytest.mark.parametrize(
    "entity",
    [
        builders.multipart(builders.text(), FILE, subtype="signed"),
        builders.message(headers=[("Content-Type", "multipart/mixed")], body=b"--b\r\n"),
    ],
    ids=["signed", "no part is known"],
)
def test_what_cannot_be_written_anew_is_said_to_be(entity: bytes) -> None:
    """Then nothing leaves."""
    with pytest.raises(Unbuildable):
        rebuilt(builders.mail(entity))


def test_boundaries_cannot_be_foreseen() -> None:
    """A field that looks like a delimiter would need the seed."""
    first, second = (_boundary_with(seed) for seed in ("one", "two"))

    assert first != second


def _boundary_with(seed: str) -> bytes:
    raw = builders.mail(builders.multipart(builders.text()))
    store = MemoryStore()
    seen = examine(raw, SNIFF, Limits(), store, lambda: 0.0)
    source = Source(lambda span: raw[span.start : span.end], lambda span: [bytes(store.view(span))], seed)
    return b"".join(rebuild(seen.message, seen.artifacts, source)).partition(b"boundary=")[2][:50]


@given(strategies.mutated() | st.binary(max_size=200))
def test_whatever_came_the_rebuilt_message_is_unambiguous(raw: bytes) -> None:
    """Same contents, and no finding about the structure but what the judged parts carry themselves."""
    try:
        new, artifacts = rebuilt(raw)
    except Unbuildable:
        return
    seen = examine(new, SNIFF, Limits(), MemoryStore(), lambda: 0.0)

    assert [digest for _, digest in contents(artifacts)] == [digest for _, digest in contents(seen.artifacts)]
    assert not {one.kind for one in seen.findings if "/" not in one.where} & _STRUCTURE


_STRUCTURE = set(list(FindingKind)[: list(FindingKind).index(FindingKind.READERS_AGREE)]) - {
    FindingKind.EIGHT_BIT_HEADER,
    FindingKind.HEADER_TOO_LARGE,
    FindingKind.TOO_MANY_FIELDS,
}
