"""winmail.dat: bodies and attachments are files of their own; what is damaged is unreadable."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import builders
from tests.unit.unpack import mapi_files
from tests.unit.unpack.walked import walked

PROGRAM = builders.program()


def test_attachments_are_found_with_all_names() -> None:
    """Long and short name, type and bytes."""
    found = walked(mapi_files.winmail(("Invoice 2025.exe", PROGRAM), ("photo.png", builders.picture())), "winmail.dat")

    assert [(one.names, one.detected, one.declared) for one in found.artifacts[1:]] == [
        (("Invoice 2025.exe", "INVOIC~1.EXE"), "application/x-dosexec", "application/octet-stream"),
        (("photo.png", "PHOTO.~1.PNG"), "image/png", "application/octet-stream"),
    ]
    assert found.kinds == []
    assert found.artifacts[0].is_container


def test_bodies_are_bodies() -> None:
    """HTML, plain text and rich text are shown, not attached."""
    html = walked(mapi_files.winmail(body=(0x102, 0x1013, b"<html><body>Hello</body></html>")))
    rich = walked(mapi_files.winmail(body=(0x102, 0x1009, b"\x11\0\0\0\x05\0\0\0MELA\0\0\0\0{\\rt}")))

    assert [(one.role.value, one.detected) for one in html.artifacts[1:]] == [("body", "text/html")]
    assert [(one.role.value, one.detected) for one in rich.artifacts[1:]] == [("body", "text/plain")]
    assert html.kinds == rich.kinds == []


def test_object_in_the_rich_text_is_active() -> None:
    """An embedded object starts a program."""
    rtf = b"{\\rtf1{\\object\\objemb{\\*\\objdata 0105}}}"
    packed = struct.pack("<II", len(rtf) + 12, len(rtf)) + b"MELA" + bytes(4) + rtf

    assert walked(mapi_files.winmail(body=(0x102, 0x1009, packed))).kinds == ["embedded_object"]


def test_attached_message_is_opened() -> None:
    """A message in a message is stored as TNEF in a property."""
    inner = mapi_files.MESSAGE_INTERFACE + mapi_files.winmail(("setup.exe", PROGRAM))
    outer = mapi_files.tnef(mapi_files.RENDERING, (2, 0x00069005, mapi_files.properties([(0x0D, 0x3701, inner)])))
    found = walked(outer)

    assert [one.detected for one in found.artifacts] == [
        "application/vnd.ms-tnef",
        "application/vnd.ms-tnef",
        "application/x-dosexec",
    ]


@pytest.mark.parametrize("cut", [7, 20, 60, 100, -1])
def test_broken_off_is_unreadable(cut: int) -> None:
    """What does not end as it says is not known to its end."""
    found = walked(mapi_files.winmail(("setup.exe", PROGRAM))[:cut])

    assert found.kinds == ["container_unreadable"]
    assert not found.artifacts[0].is_container


def test_wrong_checksum_is_unreadable() -> None:
    """Strict readers stop there, lenient ones go on."""
    whole = bytearray(mapi_files.winmail(("setup.exe", PROGRAM)))
    whole[-1] ^= 1

    assert walked(bytes(whole)).kinds == ["container_unreadable"]


def test_attachment_without_data_is_unreadable() -> None:
    """Its content lies where nobody here can look."""
    assert walked(mapi_files.tnef(mapi_files.RENDERING, (2, 0x00018010, b"a.exe\0"))).kinds == ["container_unreadable"]


@given(st.binary(max_size=300), st.lists(st.tuples(st.integers(0, 800), st.integers(0, 255)), max_size=6))
def test_nothing_raises(tail: bytes, flips: list[tuple[int, int]]) -> None:
    """Damage is a finding."""
    whole = bytearray(mapi_files.winmail(("a.exe", b"MZ"), body=(0x102, 0x1013, b"<p>x</p>")) + tail)
    for at, value in flips:
        whole[6 + at % (len(whole) - 6)] = value
    found = walked(bytes(whole))

    assert found.artifacts[0].detected == "application/vnd.ms-tnef"
