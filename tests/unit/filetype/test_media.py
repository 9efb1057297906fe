"""Brands, document types and forms."""

import pytest

from gateway.filetype.media import ebml, iso_bmff, riff, transport


def brands(major: bytes, *also: bytes) -> bytes:
    """Write the first box of an ISO base media file."""
    body = major + bytes(4) + b"".join(also)
    return (8 + len(body)).to_bytes(4, "big") + b"ftyp" + body


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (brands(b"isom", b"isom", b"mp42"), "video/mp4"),
        (brands(b"mp42", b"mp42"), "video/mp4"),
        (brands(b"qt  ", b"qt  "), "video/quicktime"),
        (brands(b"3gp5", b"isom"), "video/3gpp"),
        (brands(b"3g2a", b"isom"), "video/3gpp2"),
        (brands(b"M4A ", b"isom"), "audio/mp4"),
        (brands(b"heic", b"mif1", b"heic"), "image/heic"),
        (brands(b"mif1", b"mif1", b"heic"), "image/heic"),
        (brands(b"mif1", b"mif1"), "image/heif"),
        (brands(b"mif1", b"avif"), "image/avif"),
        (brands(b"????", b"isom"), "video/mp4"),
        (brands(b"????", b"????"), ""),
        (b"\0\0\0\x08wide\0\0\x12\x34mdat", "video/quicktime"),
        (b"anything else", ""),
    ],
)
def test_brand_tells_the_type(head: bytes, media_type: str) -> None:
    """The major brand counts; where it says too little, the compatible ones."""
    assert iso_bmff(head) == media_type


def test_document_type_tells_webm_from_matroska() -> None:
    """Both begin with the same four bytes."""
    start = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01"

    assert ebml(start + b"\x42\x82\x84webm") == "video/webm"
    assert ebml(start + b"\x42\x82\x88matroska") == "video/x-matroska"
    assert ebml(start + b"\x42\x82\x84evil") == ""


def test_form_tells_the_riff_type() -> None:
    """RIFF holds sounds, videos and pictures."""
    assert riff(b"RIFF\x10\0\0\0WEBPVP8 ") == "image/webp"
    assert riff(b"RIFF\x10\0\0\0????") == ""


def test_transport_stream_needs_its_rhythm() -> None:
    """One G proves nothing."""
    assert transport((b"G" + bytes(187)) * 6) == "video/mp2t"
    assert transport(b"G" + bytes(1_200)) == ""
