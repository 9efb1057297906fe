"""Transfer encodings, whole and in chunks, honest and damaged."""

import base64
import mmap
from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mime.buffer import Buffer
from gateway.mime.decode import decoded
from gateway.mime.split import split
from gateway.model.finding import Finding, FindingKind
from gateway.model.limits import Limits
from gateway.model.message import Part
from tests.builders import CRLF, document, encoded, message, part
from tests.strategies import contents


def leaf(data: Buffer) -> Part:
    return split(data, Limits())[0].root


def decode(raw: bytes, chunk: int = 7) -> tuple[bytes, list[FindingKind]]:
    damage: list[Finding] = []
    content = b"".join(decoded(raw, leaf(raw), damage, chunk))
    return content, [finding.kind for finding in damage]


def entity(body: bytes, encoding: str, media_type: str = "application/x-test") -> bytes:
    return message(headers=[("Content-Type", media_type), ("Content-Transfer-Encoding", encoding)], body=body)


def worst(kinds: list[FindingKind]) -> FindingKind | None:
    return max(kinds, key=lambda kind: kind is FindingKind.ENCODING_AMBIGUOUS, default=None)


@given(contents, st.sampled_from(["base64", "quoted-printable", "8bit", "binary", "7bit"]), st.integers(1, 90))
def test_encoded_content_comes_back_in_any_chunks(content: bytes, encoding: str, chunk: int) -> None:
    """Decoding is exact and without findings, wherever the chunks are cut."""
    raw = part(content, "application/x-test", encoding=encoding)

    assert (content, []) == decode(raw, chunk)


@given(st.binary(max_size=200), st.sampled_from(["base64", "quoted-printable"]), st.integers(1, 90))
def test_chunks_change_nothing_on_any_bytes(body: bytes, encoding: str, chunk: int) -> None:
    """Damaged or not: the bytes and the kinds of damage are those of one large chunk; nothing raises."""
    raw = entity(body, encoding)
    content, damage = decode(raw, chunk)
    expected, expected_damage = decode(raw, 1 << 20)

    assert (expected, set(expected_damage)) == (content, set(damage))


@given(st.text("a=4 \t\r\n", max_size=40).map(str.encode), st.integers(1, 9))
def test_signs_anywhere_change_nothing_with_chunks(body: bytes, chunk: int) -> None:
    """The same for bodies full of soft breaks and halves of them."""
    raw = entity(body, "quoted-printable")

    assert decode(raw, 1 << 20) == decode(raw, chunk)


@given(st.text("AQUJDR=\r\n", max_size=40).map(str.encode), st.integers(1, 9))
def test_padding_anywhere_changes_nothing_with_chunks(body: bytes, chunk: int) -> None:
    """The same for bodies that are nearly base64."""
    raw = entity(body, "base64")

    assert decode(raw, 1 << 20) == decode(raw, chunk)


DAMAGED, AMBIGUOUS = FindingKind.ENCODING_DAMAGED, FindingKind.ENCODING_AMBIGUOUS


@pytest.mark.parametrize(
    ("body", "content", "damage"),
    [
        (b"", b"", None),
        (b"QUJD", b"ABC", None),
        (b"QUJD\r\nQUI=\r\n\r\n", b"ABCAB", None),
        (b"QU\r\nJD", b"ABC", None),
        (b"QQ=\r\n=", b"A", None),
        (b"QUJD \r\n\tQUI=", b"ABCAB", DAMAGED),
        (b"QUI", b"AB", DAMAGED),
        (b"QUI==", b"AB", DAMAGED),
        (b"QUJD=", b"ABC", DAMAGED),
        (b"QQ==QUJD", b"AABC", AMBIGUOUS),
        (b"QQ==\r\nQUJD", b"AABC", AMBIGUOUS),
        (b"QUJD!QUJD", b"ABCABC", AMBIGUOUS),
        (b"QU-JD", b"ABC", AMBIGUOUS),
        (b"QUJD\x00QUJD", b"ABCABC", AMBIGUOUS),
        (b"QUJDQ", b"ABC", AMBIGUOUS),
        (b"QUJD\r\n____\r\n", b"ABC", AMBIGUOUS),
    ],
)
def test_base64_damage_is_named(body: bytes, content: bytes, damage: FindingKind | None) -> None:
    """What all decoders skip is harmless; what some stop at is not."""
    found, kinds = decode(entity(body, "base64"))

    assert (content, damage) == (found, worst(kinds))


@pytest.mark.parametrize(
    ("body", "content", "in_file", "in_text"),
    [
        (b"a=3D=3db", b"a==b", None, None),
        (b"a=\r\nb", b"ab", None, None),
        (b"a=\nb", b"ab", None, None),
        (b"ab=", b"ab", None, None),
        (b"a \r\n", b"a \r\n", None, None),
        (b"a=zz", b"a=zz", AMBIGUOUS, DAMAGED),
        (b"a=4", b"a=4", AMBIGUOUS, DAMAGED),
        (b"a= \t\r\nb", b"ab", AMBIGUOUS, DAMAGED),
        (b"a=\rb\r\nc", b"a=\rb\r\nc", AMBIGUOUS, DAMAGED),
    ],
)
def test_quoted_printable_damage_is_named(
    body: bytes, content: bytes, in_file: FindingKind | None, in_text: FindingKind | None
) -> None:
    """A sign that stands for nothing is kept; in a file readers may differ, in a shown text it is only odd."""
    file, file_kinds = decode(entity(body, "quoted-printable"))
    text, text_kinds = decode(entity(body, "quoted-printable", "text/plain"))

    assert (content, in_file) == (file, worst(file_kinds))
    assert (content, in_text) == (text, worst(text_kinds))


def test_unknown_encoding_is_taken_as_it_is() -> None:
    """No bytes are lost to an encoding that nobody knows."""
    assert decode(entity(b"abc", "x-unknown")) == (b"abc", [])


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_standard_library_decodes_the_same(encoding: str) -> None:
    """The oracle for honest content."""
    raw = part(document(), "application/pdf", "a.pdf", encoding)

    assert message_from_bytes(raw).get_payload(decode=True) == decode(raw)[0]


def test_mapped_message_is_decoded() -> None:
    """A memory map is as good as bytes."""
    raw = part(document(), "application/pdf", "a.pdf")
    with mmap.mmap(-1, len(raw)) as mapped:
        mapped.write(raw)
        damage: list[Finding] = []

        assert document() == b"".join(decoded(mapped, leaf(mapped), damage))


def test_long_lines_and_whole_chunks_stay_bounded() -> None:
    """A body of one line is decoded in pieces, not at once."""
    raw = entity(encoded(bytes(30_000), "base64").replace(CRLF, b""), "base64")
    chunks = list(decoded(raw, leaf(raw), [], 1000))

    assert bytes(30_000) == b"".join(chunks)
    assert max(map(len, chunks)) <= 1000


@given(
    content=st.binary(min_size=300, max_size=900),
    width=st.sampled_from([4, 60, 64, 75, 76]),
    ending=st.sampled_from([b"\r\n", b"\n", b"\r\n\r\n"]),
    at=st.integers(0, 900),
    odd=st.sampled_from([b"", b"!", b"=", b"\r\n", b"\n", b"A"]),
)
def test_lines_of_any_form_decode_alike(content: bytes, width: int, ending: bytes, at: int, odd: bytes) -> None:
    """Lines of equal length give what digits in one line give, and so do lines that break the form."""
    digits = base64.b64encode(content)
    digits = digits[:at] + odd.strip() + digits[at:]
    lines = ending.join(digits[start : start + width] for start in range(0, len(digits), width))
    body = lines[:at] + (odd if odd.isspace() else b"") + lines[at:]
    expected, expected_damage = decode(entity(digits, "base64"), 1 << 20)
    actual, damage = decode(entity(body, "base64"), 256)

    assert expected == actual
    assert worst(expected_damage) == worst(damage)
