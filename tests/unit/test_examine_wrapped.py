"""Mail in other clothes: encodings in bodies, messages as files, signed around, pages with files in them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.libmagic import Libmagic
from gateway.examine import examine
from gateway.model.examination import Examination
from gateway.model.limits import Limits
from gateway.unpack.store import MemoryStore
from tests import builders
from tests.unit.mime import encoders
from tests.unit.unpack import mapi_files
from tests.unit.unpack.test_cms import signed

PROGRAM = builders.program()
ENTITY = builders.multipart(builders.text(), builders.part(PROGRAM, "image/png", "a.png"))
FORWARDED = builders.mail(ENTITY)


def examined(raw: bytes) -> Examination:
    """Examine a message with libmagic and usual limits."""
    return examine(raw, Libmagic(), Limits(), MemoryStore(), lambda: 0.0)


def attached(content: bytes, media_type: str, name: str) -> bytes:
    """Make a mail with a text and one file."""
    outer = (builders.text(), builders.part(content, media_type, name))
    return builders.mail(builders.multipart(*outer, boundary="=_outer"))


def programs(raw: bytes) -> list[str]:
    """Return where programs are found."""
    return [one.where for one in examined(raw).artifacts if one.detected == "application/x-dosexec"]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (encoders.xxencoded(PROGRAM), "1/xx:1"),
        (encoders.base64_block(PROGRAM), "1/base64:1"),
        (encoders.bare_base64(PROGRAM), "1/base64:1"),
        (encoders.binhexed(PROGRAM), "1/binhex:1"),
        (encoders.ascii85(PROGRAM), "1/ascii85:1"),
        (encoders.hexadecimal(PROGRAM), "1/base64:1"),
        (builders.uuencoded(PROGRAM, "a.exe"), "1/uu:1"),
    ],
)
def test_program_in_a_body_is_found(text: bytes, where: str) -> None:
    """By whatever encoding."""
    body = b"Hello,\r\n\r\n" + text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\nRegards\r\n"

    assert programs(builders.message(body=body))[0] == where


@pytest.mark.parametrize("digits", [b"\x30\x82" + bytes(range(256)) * 4, b"only text " * 40])
def test_keys_and_text_in_base64_are_prose(digits: bytes) -> None:
    """Nothing shows that they are files."""
    found = examined(builders.message(body=b"My key:\r\n\r\n" + builders.encoded(digits, "base64")))

    assert [one.role.value for one in found.artifacts] == ["body"]
    assert found.findings == ()


@pytest.mark.parametrize(
    "raw",
    [
        attached(FORWARDED, "application/octet-stream", "mail.eml"),
        attached(builders.zip_of({"mail.eml": FORWARDED}), "application/zip", "mails.zip"),
        attached(b"From a@b Mon Mar  3 10:00:00 2025\n" + FORWARDED, "application/mbox", "mails.mbox"),
        attached(mapi_files.winmail(("setup.exe", PROGRAM)), "application/ms-tnef", "winmail.dat"),
        attached(mapi_files.compound(mapi_files.msg(("a.exe", PROGRAM))), "application/vnd.ms-outlook", "mail.msg"),
        builders.mail(builders.part(signed(ENTITY), "application/pkcs7-mime; smime-type=signed-data", "smime.p7m")),
        attached(signed(PROGRAM), "application/octet-stream", "setup.exe.p7m"),
    ],
    ids=["eml", "zip", "mbox", "tnef", "msg", "signed mail", "signed file"],
)
def test_program_in_wrapped_mail_is_found(raw: bytes) -> None:
    """However deep the message lies."""
    assert len(programs(raw)) == 1


def test_parts_of_signed_mail_have_their_roles() -> None:
    """Its body is a body, its attachment an attachment."""
    raw = builders.mail(builders.part(signed(ENTITY), "application/pkcs7-mime", "smime.p7m"))
    found = examined(raw)

    assert [(one.where, one.role.value, one.is_container) for one in found.artifacts] == [
        ("1", "wrapper", True),
        ("1/wrapper", "wrapper", True),
        ("1/wrapper/1", "body", False),
        ("1/wrapper/2", "attachment", False),
    ]
    assert found.findings == ()


def test_mailbox_of_several_messages_is_unreadable() -> None:
    """It is no mail, and nobody here splits it."""
    one = b"From a@b Mon Mar  3 10:00:00 2025\nFrom: a@b.example\nTo: b@c.example\nSubject: x\n\nHello\n\n"
    found = examined(attached(one * 2, "application/mbox", "mails.mbox"))

    assert [(finding.kind.value, finding.where) for finding in found.findings] == [("container_unreadable", "2")]


def test_messages_in_messages_are_bounded() -> None:
    """Depth counts through files as through parts."""
    raw = FORWARDED
    for _ in range(9):
        raw = attached(raw, "application/octet-stream", "mail.eml")

    assert "too_deep" in {one.kind.value for one in examined(raw).findings}


PAGE = f'<html><body><a href="data:application/x;base64,{base64.b64encode(PROGRAM).decode()}">x</a></body></html>'


@pytest.mark.parametrize("charset", ["utf-8", "utf-7", "utf-16", "utf-16le", "ibm037"])
def test_program_in_a_page_is_found_in_every_charset(charset: str) -> None:
    """Mail programs decode before they show."""
    raw = builders.mail(builders.part(PAGE.encode(charset), f"text/html; charset={charset}", disposition=None))

    assert programs(raw)


@pytest.mark.parametrize("charset", ["utf-16", "utf-16le", "utf-16be", "utf-7", "utf-32"])
def test_honest_text_in_another_charset_is_a_body(charset: str) -> None:
    """Rare, and allowed."""
    text = "Grüße aus Köln, und 日本語 auch.\r\n" * 3
    found = examined(
        builders.mail(builders.part(text.encode(charset), f"text/plain; charset={charset}", disposition=None))
    )

    assert {(one.role.value, one.detected) for one in found.artifacts} == {("body", "text/plain")}
    assert found.findings == ()


def test_page_that_begins_as_prose_is_a_page() -> None:
    """The label says how it is shown."""
    raw = builders.mail(builders.text("Hello <script>eval(atob('x'))</script>", "html"))

    assert [one.kind.value for one in examined(raw).findings] == ["active_content"]


ENCODED = (
    encoders.binhexed(PROGRAM, b"resource"),
    encoders.yencoded(PROGRAM),
    encoders.xxencoded(PROGRAM),
    encoders.base64_block(PROGRAM),
    encoders.ascii85(PROGRAM),
    builders.uuencoded(PROGRAM, "a.exe"),
)


@given(
    st.sampled_from(ENCODED),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, 3000),
)
def test_damaged_encodings_never_raise(encoded: bytes, flips: list[tuple[int, int]], cut: int) -> None:
    """What cannot be decoded is a finding."""
    damaged = bytearray(encoded)
    for at, value in flips:
        damaged[at % len(damaged)] = value
    found = examined(builders.message(body=b"Hello\r\n\r\n" + damaged[: max(cut, 100)]))

    assert found.artifacts
