"""Whole messages: every file is found, has its role and its type, and nothing raises."""

import gzip
import itertools
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.libmagic import Libmagic
from gateway.examine import examine
from gateway.model.artifact import Role
from gateway.model.examination import Examination
from gateway.model.limits import MIB, Limits
from gateway.unpack.store import MemoryStore
from tests import builders, strategies
from tests.unit.filetype import made

PROGRAM = builders.program()


def examined(raw: bytes, limits: Limits | None = None, clock: Callable[[], float] = lambda: 0.0) -> Examination:
    """Examine a message with libmagic and usual limits."""
    return examine(raw, Libmagic(), limits or Limits(), MemoryStore(), clock)


def files(raw: bytes) -> list[tuple[str, str, str]]:
    """Return place, role and type of everything found."""
    return [(one.where, one.role.value, one.detected) for one in examined(raw).artifacts]


def found(raw: bytes) -> set[tuple[str, str]]:
    """Return word and place of everything noticed."""
    return {(one.kind.value, one.where) for one in examined(raw).findings}


def attached(content: bytes, media_type: str, name: str) -> bytes:
    """Make a mail with a text and one file."""
    return builders.mail(builders.multipart(builders.text(), builders.part(content, media_type, name)))


def test_plain_mail_is_a_body_and_nothing_else() -> None:
    """A mail without MIME has one part."""
    assert files(builders.message(headers=[("From", "a@b.example")])) == [("1", "body", "text/plain")]
    assert found(builders.message()) == set()


def test_newsletter_is_two_bodies_and_inline_pictures() -> None:
    """Alternative in related: texts are bodies, pictures are files."""
    inline = builders.part(builders.picture(), "image/png", "logo.png", disposition="inline")
    html = builders.multipart(builders.text("<p>x</p>", "html"), inline, subtype="related", boundary="=_2")
    raw = builders.mail(builders.multipart(builders.text(), html, subtype="alternative"))

    assert files(raw) == [
        ("1", "body", "text/plain"),
        ("2.1", "body", "text/html"),
        ("2.2", "attachment", "image/png"),
    ]
    assert found(raw) == set()


def test_artifact_keeps_what_is_claimed_beside_what_is() -> None:
    """Names, declared and detected type stand side by side, with size, digest and content."""
    store = MemoryStore()
    raw = attached(PROGRAM, "image/jpeg", "photo.jpg")
    artifact = examine(raw, Libmagic(), Limits(), store, lambda: 0.0).artifacts[1]

    assert (artifact.names, artifact.declared, artifact.detected) == (
        ("photo.jpg",),
        "image/jpeg",
        "application/x-dosexec",
    )
    assert bytes(store.view(artifact.content)) == PROGRAM


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_every_encoding_is_decoded(encoding: str) -> None:
    """The program comes out whole."""
    part = builders.part(PROGRAM, "application/octet-stream", "a.exe", encoding=encoding)

    assert examined(builders.mail(part)).artifacts[0].size == len(PROGRAM)


def test_program_in_a_body_is_a_file() -> None:
    """A text/plain part without a name that is a program is judged as one."""
    raw = builders.mail(builders.part(PROGRAM, "text/plain", disposition=None))

    assert files(raw) == [("1", "attachment", "application/x-dosexec")]
    assert found(raw) == {("body_is_not_text", "1")}


def test_forwarded_message_is_walked() -> None:
    """The files of an attached message are files of this one."""
    inner = attached(PROGRAM, "application/octet-stream", "setup.exe")
    raw = builders.mail(
        builders.multipart(builders.text(), builders.part(inner, "message/rfc822", encoding="8bit"), boundary="=_outer")
    )

    assert ("2.1.2", "attachment", "application/x-dosexec") in files(raw)


def test_uuencoded_file_in_a_text_is_found() -> None:
    """Mail programs show it beside the text; a name goes with it."""
    text = b"See below.\r\n\r\n" + builders.uuencoded(PROGRAM, "setup.exe") + b"\r\nBye\r\n"
    artifacts = examined(builders.mail(builders.part(text, "text/plain", encoding="8bit", disposition=None))).artifacts

    assert [(one.where, one.names, one.detected) for one in artifacts] == [
        ("1", (), "text/plain"),
        ("1/uu:1", ("setup.exe",), "application/x-dosexec"),
    ]


def test_prose_about_uuencode_is_prose() -> None:
    """A line that begins like a block is no block."""
    assert files(builders.message(body=b"They\r\nbegin 644 files a day.\r\nM is a letter.\r\n")) == [
        ("1", "body", "text/plain")
    ]


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (b"This is a multi-part message in MIME format.\r\n", []),
        (b"Just words.\r\n", []),
        (PROGRAM, ["application/x-dosexec"]),
        (builders.uuencoded(PROGRAM, "a.exe"), ["application/x-dosexec"]),
        (b"--x\r\n" + builders.part(PROGRAM, "image/png"), ["message/rfc822", "application/x-dosexec"]),
    ],
    ids=["usual note", "prose", "program", "uuencoded", "hidden part"],
)
@pytest.mark.parametrize("behind", [False, True])
def test_text_outside_parts_is_judged_by_its_content(gap: bytes, behind: object, expected: list[str]) -> None:
    """Prose is a finding at most; a file is a file."""
    whole = builders.multipart(builders.text())
    head, _, body = whole.partition(b"\r\n\r\n")
    raw = builders.mail(head + b"\r\n\r\n" + (body + gap if behind else gap + b"\r\n" + body))

    detected = dict.fromkeys(one.detected for one in examined(raw).artifacts if one.role is not Role.BODY)

    assert list(detected) == expected


def test_multipart_without_boundary_is_judged_as_a_file() -> None:
    """What no reader can split is judged as a whole."""
    raw = builders.message(headers=[("Content-Type", "multipart/mixed")], body=PROGRAM)

    assert files(raw) == [("0", "attachment", "application/x-dosexec")]


def test_encrypted_mail_is_locked() -> None:
    """PGP/MIME: the control part is readable, the rest is not (RFC 3156)."""
    control = builders.part(b"Version: 1\r\n", "application/pgp-encrypted", disposition=None)
    locked = builders.part(bytes(range(1, 200)), "application/octet-stream", disposition=None)
    raw = builders.mail(builders.multipart(control, locked, subtype="encrypted"))

    assert [one.encrypted for one in examined(raw).artifacts] == [False, True]
    assert found(raw) == {("container_encrypted", "2")}


def test_enveloped_mail_is_locked(tmp_path: Path) -> None:
    """S/MIME: the whole mail is one encrypted object."""
    key = "openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=test -days 2"
    subprocess.run(key.split(), cwd=tmp_path, check=True, capture_output=True)
    command = "openssl cms -encrypt -aes128 -recip cert -outform DER"
    locked = subprocess.run(command.split(), cwd=tmp_path, input=b"x", check=True, capture_output=True).stdout
    raw = builders.mail(builders.part(locked, "application/pkcs7-mime; smime-type=enveloped-data", "smime.p7m"))

    assert examined(raw).artifacts[0].encrypted
    assert found(raw) == {("container_encrypted", "1")}


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (builders.animation() + builders.zip_of({"a.class": b"x"}), "a.gif", "polyglot"),
        (builders.document() + builders.zip_of({"a.class": b"x"}), "a.pdf", "polyglot"),
        (builders.photo() + PROGRAM, "a.jpg", "trailing_data"),
        (made.office(members={"word/vbaProject.bin": b"x"}), "a.docx", "macro_code"),
        (made.ole("WordDocument", "Macros"), "a.doc", "macro_code"),
        (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(30), "a.7z", "container_unreadable"),
        (gzip.compress(b"x", mtime=0)[:-3], "a.gz", "container_unreadable"),
    ],
)
def test_hostile_file_leaves_its_finding(content: bytes, name: str, kind: str) -> None:
    """Each at the place of the file."""
    assert (kind, "2") in found(attached(content, "application/octet-stream", name))


def test_members_of_containers_are_found() -> None:
    """A script in an archive in an archive."""
    inner = builders.zip_of({"a.js": b'var s = new ActiveXObject("WScript.Shell");\ns.Run("calc");\n'})
    raw = attached(builders.zip_of({"in.zip": inner}), "application/zip", "a.zip")

    assert files(raw)[-1] == ("2/in.zip/a.js", "member", "text/javascript")
    assert examined(raw).artifacts[1].is_container


@pytest.mark.parametrize(
    ("limits", "kind"),
    [
        (Limits(parts=2), "too_many_parts"),
        (Limits(expanded=100), "expanded_too_large"),
        (Limits(members=1), "too_many_members"),
        (Limits(seconds=-1), "out_of_time"),
    ],
)
def test_every_bound_is_a_finding(limits: Limits, kind: str) -> None:
    """What was seen until then is kept."""
    archive = builders.part(builders.zip_of({"a": b"a" * 99, "b": b"b"}), "application/zip", "a.zip")
    raw = builders.mail(builders.multipart(builders.text(), archive, builders.text()))

    assert kind in {one.kind.value for one in examined(raw, limits).findings}


def test_damage_of_the_encoding_is_noticed_where_it_is() -> None:
    """The decoder's findings belong to the part."""
    part = builders.part(b"x", "image/png", "a.png").replace(b"eA==", b"e!!A==")
    kinds = {one.kind.value for one in examined(builders.mail(builders.multipart(builders.text(), part))).findings}

    assert kinds & {"encoding_damaged", "encoding_ambiguous"}


def test_fault_of_ours_in_one_file_spares_the_rest() -> None:
    """A sniffer that fails makes one file unreadable, not the message."""

    def fails(head: bytes) -> str:
        raise RuntimeError("stub for a fault in libmagic")

    unknown = builders.part(b"\x01\x02\x03\0", "application/x-unknown", "a.bin")
    raw = builders.mail(builders.multipart(unknown, builders.part(builders.photo(), "image/jpeg", "b.jpg")))
    seen = examine(raw, fails, Limits(), MemoryStore(), lambda: 0.0)

    assert [one.detected for one in seen.artifacts] == ["application/octet-stream", "image/jpeg"]
    assert [(one.kind.value, one.where) for one in seen.findings] == [("container_unreadable", "1")]


ARCHIVE = builders.zip_of({"a.txt": b"a" * 999, "in.zip": builders.zip_of({"b": b"b"})})
HONEST = st.one_of(
    strategies.messages(),
    st.sampled_from(
        [
            attached(one, "application/zip", "a.zip")
            for one in (ARCHIVE, made.tar_of("a"), gzip.compress(ARCHIVE, mtime=0))
        ]
    ),
)


@given(strategies.mutated(HONEST))
def test_no_message_raises_or_passes_the_bounds(raw: bytes) -> None:
    """Whatever comes in, the answer is whole and stays within its limits."""
    limits = Limits(parts=20, members=4, expanded=MIB, depth=4)
    ticks = itertools.count()
    seen = examined(raw, limits, lambda: next(ticks) / 1_000)
    places = [one.where for one in seen.artifacts]

    assert len(places) == len(set(places))
    assert sum(one.role is Role.MEMBER for one in seen.artifacts) <= limits.members + 1
    assert sum(one.size for one in seen.artifacts) <= limits.expanded
