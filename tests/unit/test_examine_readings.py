"""Ambiguous messages: the files of every reading are found, and where all readings agree it is harmless."""

import base64
from pathlib import Path

import pytest

from gateway.adapters.libmagic import Libmagic
from gateway.examine import examine
from gateway.model.examination import Examination
from gateway.model.finding import FindingKind, Gravity
from gateway.model.limits import Limits
from gateway.unpack.store import MemoryStore
from tests import builders

PROGRAM = builders.program()
PICTURE = builders.picture()
TEXT = builders.text("Hello there.\r\n")
EVIL = builders.part(PROGRAM, "image/png", "a.png")
INNER = b"--evil\r\n" + EVIL + b"\r\n--evil--\r\n"
TWO_WAYS = b"--b\r\n" + TEXT + b"\r\n--b--\r\n" + INNER
ENCODED = base64.encodebytes(PROGRAM).replace(b"\n", b"\r\n")


def examined(raw: bytes) -> Examination:
    """Examine a message with libmagic and usual limits."""
    return examine(raw, Libmagic(), Limits(), MemoryStore(), lambda: 0.0)


def mail(*lines: bytes, body: bytes) -> bytes:
    """Write a mail with raw header lines."""
    return builders.head([*builders.ORDINARY, *lines]) + b"\r\n" + body


@pytest.mark.parametrize(
    "raw",
    [
        mail(b"Content-Type: multipart/mixed; boundary=b; boundary=evil", body=TWO_WAYS),
        mail(b"Content-Type: multipart/mixed; boundary=b; boundary*0=ev; boundary*1=il", body=TWO_WAYS),
        mail(b'Content-Type: multipart/mixed; boundary="=?us-ascii?Q?evil?="', body=TWO_WAYS),
        mail(
            b"Content-Type: multipart/mixed; boundary=b",
            b"Content-Type: multipart/mixed; boundary=evil",
            body=TWO_WAYS,
        ),
        mail(b"Content-Type\0: multipart/mixed; boundary=evil", body=TWO_WAYS),
        mail(b"junk", b"Content-Type: multipart/mixed; boundary=evil", body=TWO_WAYS),
        mail(b"X: y\r\n Content-Type: multipart/mixed; boundary=evil", body=TWO_WAYS),
        mail(b"Content-Type: multipart/mixed", body=TWO_WAYS),
        mail(b"Content-Type: multipart/mixed; boundary=b", body=TWO_WAYS.replace(b"evil", b"b")),
        mail(b"Content-Type: multipart/mixed; boundary=ev", body=TWO_WAYS.replace(b"--b", b"--ev")),
        mail(b"Content-Type: text/plain", b"Content-Transfer-Encoding: x-base64", body=ENCODED),
        mail(
            b"Content-Type: text/plain",
            b"Content-Transfer-Encoding: 7bit",
            b"Content-Transfer-Encoding: base64",
            body=ENCODED,
        ),
        mail(b"Content-Type: image/png", b"Content-Transfer-Encoding: base64", body=b"====\r\n" + ENCODED),
        mail(
            b"Content-Type: multipart/mixed; boundary=evil",
            b"Content-Transfer-Encoding: base64",
            body=base64.encodebytes(INNER),
        ),
        mail(
            b"Content-Type: message/rfc822",
            b"Content-Transfer-Encoding: base64",
            body=base64.encodebytes(builders.mail(EVIL)),
        ),
        mail(
            b"Content-Type: message/rfc822",
            b"Content-Transfer-Encoding: base64",
            body=base64.encodebytes(
                b"Content-Type: multipart/mixed; boundary=evil\r\n\r\n--evil\r\n\r\nx\r" + INNER.replace(b"\r\n", b"\r")
            ),
        ),
    ],
)
def test_program_is_found_whatever_reader_would_show_it(raw: bytes) -> None:
    """The union of all readings is judged."""
    assert "application/x-dosexec" in {one.detected for one in examined(raw).artifacts}


def test_ambiguous_finding_names_the_readings() -> None:
    """The log and the admin hear which readings there are."""
    raw = mail(b"Content-Type: multipart/mixed; boundary=b; boundary=evil", body=TWO_WAYS)
    details = [one.detail for one in examined(raw).findings if one.kind is FindingKind.CONFLICTING_PARAMETER]

    assert details == ["boundary; also read as boundary:evil"]


def test_damage_names_the_readings_too() -> None:
    """Strict readers stop at the padding, others go on."""
    raw = mail(b"Content-Type: image/png", b"Content-Transfer-Encoding: base64", body=b"====\r\n" + ENCODED)
    details = [one.detail for one in examined(raw).findings if one.kind is FindingKind.ENCODING_AMBIGUOUS]

    assert details == ["data after the padding; also read as strict, joined"]


def test_places_of_other_readings_say_so() -> None:
    """No place is that of a part in the reading that most programs take."""
    raw = mail(b"Content-Type: multipart/mixed; boundary=b; boundary=evil", body=TWO_WAYS)

    assert {"1", "0~boundary:evil/1"} <= {one.where for one in examined(raw).artifacts}


FIELDS = {
    "encodings that change no byte": (b"Content-Transfer-Encoding: 7bit", b"Content-Transfer-Encoding: 8bit"),
    "encoding of no meaning": (b"Content-Type: text/plain", b"Content-Transfer-Encoding: utf-8"),
    "charset in two spellings": (b"Content-Type: text/html; charset=utf-8", b"Content-Type: text/html; charset=UTF-8"),
    "type without a subtype": (b"Content-Type: plain",),
    "two types in one field": (b"Content-Type: text/plain, text/html",),
    "encoding with a comment": (b"Content-Transfer-Encoding: 7bit (as it is)",),
    "junk line in a mail of text": (b"junk", b"Content-Type: text/plain"),
}


@pytest.mark.parametrize("lines", FIELDS.values(), ids=FIELDS)
def test_odd_text_that_reads_alike_is_harmless(lines: tuple[bytes, ...]) -> None:
    """No file in any reading: nothing to disagree about."""
    gravities = {one.kind.gravity for one in examined(mail(*lines, body=b"Hello there.\r\n")).findings}

    assert gravities <= {Gravity.HARMLESS}


PICTURED = builders.multipart(TEXT, builders.part(PICTURE, "image/png", "a.png"), boundary="b")
MESSAGE = builders.mail(PICTURED)
AGREED = {
    "base64 claimed by a plain multipart": b"Content-Transfer-Encoding: base64\r\n" + PICTURED,
    "boundary that goes on": builders.multipart(
        builders.multipart(TEXT, builders.text("<p>x</p>", "html"), subtype="alternative", boundary="b-2"),
        builders.part(PICTURE, "image/png", "a.png"),
        boundary="b",
    ),
    "forwarded mail in base64": builders.multipart(
        TEXT, b"Content-Type: message/rfc822\r\n" + builders.message(
            headers=[("Content-Transfer-Encoding", "base64")], body=base64.encodebytes(MESSAGE)
        ),
        boundary="o",
    ),
    "header of a multipart returned alone": builders.multipart(
        TEXT, b"Content-Type: message/rfc822\r\n\r\n" + MESSAGE.partition(b"\r\n\r\n")[0] + b"\r\n", boundary="o"
    ),
    "footer of a list behind base64": builders.part(b"Hello, all of you.", "text/plain", disposition=None)
    + b"\r\n____\r\nlist at lists.example\r\n",
}  # fmt: skip


@pytest.mark.parametrize("entity", AGREED.values(), ids=AGREED)
def test_odd_structure_with_the_same_files_is_harmless(entity: bytes) -> None:
    """Honest senders do this, and every reader gets the same files."""
    gravities = {one.kind.gravity for one in examined(builders.mail(entity)).findings}

    assert gravities == {Gravity.HARMLESS}


CORPUS = Path(__file__).parents[1] / "corpus"
HONEST = sorted(path.parent.name for path in CORPUS.glob("honest_*/message.eml"))
HOSTILE = sorted(path.parent.name for path in CORPUS.glob("hostile_*/message.eml"))
STRUCTURE = {Gravity.AMBIGUOUS, Gravity.MALFORMED}


@pytest.mark.parametrize("case", HONEST)
def test_honest_golden_message_is_read_alike_by_everybody(case: str) -> None:
    """However odd it is."""
    found = examined((CORPUS / case / "message.eml").read_bytes()).findings

    assert [one for one in found if one.kind.gravity in STRUCTURE] == []


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_golden_message_has_something_against_it(case: str) -> None:
    """A finding of weight, or a program in sight."""
    seen = examined((CORPUS / case / "message.eml").read_bytes())
    programs = [one for one in seen.artifacts if one.detected == "application/x-dosexec"]

    against = [one for one in seen.findings if one.kind.gravity is not Gravity.HARMLESS]

    assert programs or against


def test_readings_within_readings_that_nobody_follows_are_ambiguous() -> None:
    """A message encoded in an encoded one in an encoded one: what was not looked into is not agreed upon."""
    raw = builders.mail(builders.multipart(TEXT, EVIL))
    for _ in range(5):
        head = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        raw = builders.mail(head + base64.encodebytes(raw).replace(b"\n", b"\r\n"))

    assert Gravity.AMBIGUOUS in {one.kind.gravity for one in examined(raw).findings}
