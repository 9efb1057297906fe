"""Places in decoded texts, and the bytes that encode them."""

import base64
import binascii
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mime.encoded_spans import Base64, Quoted, Unsound
from gateway.model.span import Span

LONG = "".join(
    f"Grüße {number}: eine lange Zeile ohne Ende und ohne Sinn, die niemand liest = x\n" for number in range(300)
)


@given(st.data())
def test_quoted_place_says_the_stretch(data: st.DataObject) -> None:
    """Whatever the soft breaks, decoding the place gives the stretch, and what is around stays around it."""
    text = data.draw(st.one_of(st.just(LONG), st.text(alphabet="aü= \n.", max_size=300))).encode()
    body = Quoted(quopri.encodestring(text).replace(b"\n", b"\r\n"))
    start = data.draw(st.integers(0, len(body.text)))
    end = data.draw(st.integers(start, min(len(body.text), start + 90)))
    wanted = body.text[start:end]
    if not wanted or b"\n" in wanted or b"\r" in wanted:
        return
    raw = quopri.encodestring(text).replace(b"\n", b"\r\n")
    at = body.place(Span(start, end)).span

    assert (body.text[:start], wanted, body.text[end:]) == (
        binascii.a2b_qp(raw[: at.start]),
        binascii.a2b_qp(raw[at.start : at.end]),
        binascii.a2b_qp(raw[at.end :]),
    )


@given(st.binary(min_size=1, max_size=6000), st.data())
def test_base64_place_holds_whole_quanta(content: bytes, data: st.DataObject) -> None:
    """Decoding the place gives the stretch with what its quanta hold around it."""
    raw = base64.encodebytes(content).replace(b"\n", b"\r\n")
    start = data.draw(st.integers(0, len(content) - 1))
    end = data.draw(st.integers(start + 1, len(content)))
    place = Base64(raw).place(Span(start, end))

    assert place.before + content[start:end] + place.after == base64.b64decode(raw[place.span.start : place.span.end])


@pytest.mark.parametrize("raw", [b"a=zzhttps://b", b"=https://b"])
def test_damaged_quoted_printable_still_has_places_beyond_the_damage(raw: bytes) -> None:
    """On the same line nobody can tell; on the next one everybody can."""
    body = Quoted(raw + b"\r\nhttps://c\r\n")
    at = body.text.index(b"https://c")

    assert Span(len(raw) + 2, len(raw) + 11) == body.place(Span(at, at + 9)).span
    with pytest.raises(Unsound):
        body.place(Span(body.text.index(b"ttps://b"), body.text.index(b"ttps://b") + 8))


@pytest.mark.parametrize("raw", [b"AAA", b"AA=A", b"AAA!", b"AAAA\r\n-- \r\nfooter", b"AA\rAA", b"AA==AAAA"])
def test_damaged_base64_has_no_places(raw: bytes) -> None:
    """Readers differ in what they make of it."""
    with pytest.raises(Unsound):
        Base64(raw)


@pytest.mark.parametrize("kind", [Base64, Quoted])
def test_line_without_end_has_no_places(kind: type[Base64 | Quoted]) -> None:
    """Each place would cost a walk through all of it."""
    with pytest.raises(Unsound):
        kind(b"A" * 100_000)
