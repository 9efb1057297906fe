"""What other decoders make of damage."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mime.damage import joined_segments, qp_without_damage, strict_base64


@pytest.mark.parametrize(
    ("body", "strict", "joined"),
    [
        (b"QUJD\r\nREVG\r\n", b"ABCDEF", b"ABCDEF"),
        (b"QUI=\r\nQ0Q=\r\n", b"AB", b"ABCD"),
        (b"QUJD!\r\nREVG\r\n", b"ABC", b"DEF"),
        (b"QUJDR\r\n", b"ABC", b"ABC"),
        (b"QUJD\r\na footer of words\r\n", b"ABCj\xdah\xa2\x94\xef\xa8\xb7,", b"ABC"),
        (b"", b"", b""),
    ],
)
def test_base64_has_several_readings(body: bytes, strict: bytes, joined: bytes) -> None:
    """Strict readers stop at the first thing that is wrong, others put padded pieces together."""
    assert (strict[:3], joined) == (strict_base64(body)[:3], joined_segments(body))


def test_sign_that_stands_for_nothing_is_dropped() -> None:
    """Escapes and soft line breaks stay."""
    assert qp_without_damage(b"a=XY=41= \r\nb=") == b"aXY=41= \r\nb="


@given(st.binary(max_size=300))
def test_undamaged_base64_has_one_reading(content: bytes) -> None:
    """What an encoder wrote is the same to all."""
    body = base64.encodebytes(content)

    assert strict_base64(body) == joined_segments(body) == content


@given(st.binary(max_size=300))
def test_nothing_raises(body: bytes) -> None:
    """Any bytes are read somehow."""
    assert len(strict_base64(body)) + len(joined_segments(body)) <= 2 * len(body)
