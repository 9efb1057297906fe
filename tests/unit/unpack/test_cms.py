"""Opaque-signed and compressed content is judged; what cannot be opened is unreadable."""

import subprocess
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.unpack.cms import open_cms
from gateway.unpack.opener import Member
from tests import builders
from tests.unit.unpack.test_ber import element
from tests.unit.unpack.walked import budget, walked

DATA = bytes.fromhex("06092a864886f70d010701")
SIGNED = bytes.fromhex("06092a864886f70d010702")
COMPRESSED = bytes.fromhex("060b2a864886f70d0109100109")
ZLIB = bytes.fromhex("060b2a864886f70d0109100308")
ENTITY = b"Content-Type: text/plain\r\n\r\nHello.\r\n"


def signed(content: bytes, *, is_definite: bool = True) -> bytes:
    """Write a SignedData around `content`, without signers."""
    string = element(0x04, content)
    if not is_definite:
        string = element(0x24, element(0x04, content[:9]) + element(0x04, content[9:]), is_definite=False)

    def wrap(tag: int, inner: bytes) -> bytes:
        return element(tag, inner, is_definite=is_definite)

    encapsulated = wrap(0x30, DATA + wrap(0xA0, string))
    data = wrap(0x30, b"\x02\x01\x01" + element(0x31, b"") + encapsulated + element(0x31, b""))
    return wrap(0x30, SIGNED + wrap(0xA0, data))


def compressed(content: bytes) -> bytes:
    """Write a CompressedData (RFC 3274)."""
    string = element(0x30, DATA + element(0xA0, element(0x04, zlib.compress(content))))
    data = element(0x30, b"\x02\x01\x00" + element(0x30, ZLIB) + string)
    return element(0x30, COMPRESSED + element(0xA0, data))


def content_of(message: bytes, *names: str) -> tuple[tuple[str, ...], str, str, bytes]:
    """Open a message that holds one content."""
    (member,) = open_cms(memoryview(message), names, budget())
    assert isinstance(member, Member), member
    return member.names, member.kind, member.role.value, b"".join(map(bytes, member.chunks))


@pytest.mark.parametrize(
    "message",
    [
        signed(ENTITY),
        signed(ENTITY, is_definite=False),
        compressed(ENTITY),
        signed(ENTITY) + b"\r\n",
        b"-----BEGIN PKCS7-----\n" + builders.encoded(signed(ENTITY), "base64") + b"-----END PKCS7-----\n",
    ],
    ids=["definite", "indefinite", "compressed", "line end", "armoured"],
)
def test_entity_is_found(message: bytes) -> None:
    """An entity inside carries the mail, in every way of writing it."""
    assert content_of(message) == ((), "message/rfc822", "wrapper", ENTITY)


def test_signed_file_is_a_file() -> None:
    """invoice.xml.p7m holds invoice.xml."""
    assert content_of(signed(builders.program()), "setup.exe.p7m") == (("setup.exe",), "", "member", builders.program())


@pytest.mark.parametrize("options", [[], ["-stream"]], ids=["whole", "streamed"])
def test_message_of_openssl_is_opened(tmp_path: Path, options: list[str]) -> None:
    """Real signatures and certificates stand behind the content."""
    key, certificate, plain = tmp_path / "key", tmp_path / "certificate", tmp_path / "plain"
    plain.write_bytes(ENTITY)
    new = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=x",
    ]
    subprocess.run([*new, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    sign: list[str | Path] = ["openssl", "cms", "-sign", "-binary", "-nodetach", "-outform", "DER"]
    sign += ["-signer", certificate, "-inkey", key, "-in", plain, *options]
    made = subprocess.run(sign, check=True, capture_output=True)

    assert content_of(made.stdout)[3] == ENTITY


@pytest.mark.parametrize(
    "message",
    [signed(ENTITY)[:-5], signed(ENTITY) + b"MZ", compressed(ENTITY)[:-3] + b"xyz"],
    ids=["cut", "more", "damaged"],
)
def test_damage_is_unreadable(message: bytes) -> None:
    """Readers that repair would see what nobody here saw."""
    assert "container_unreadable" in walked(message, "smime.p7m").kinds


def test_bomb_is_stopped() -> None:
    """Compressed content is paid for like any other."""
    assert walked(compressed(b"\n" + bytes(300_000_000)), "smime.p7m").kinds == ["ratio_too_high"]


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), min_size=1, max_size=5), st.booleans())
def test_nothing_raises(flips: list[tuple[int, int]], is_definite: bool) -> None:  # noqa: FBT001
    """Damage is a finding, or changes nothing."""
    whole = bytearray(signed(ENTITY, is_definite=is_definite))
    for at, value in flips:
        whole[at % len(whole)] = value

    assert walked(bytes(whole)).spent is None
