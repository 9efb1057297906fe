"""Links of whole messages: found, and written anew without a change anywhere else."""

import base64
import quopri
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.edit import links
from gateway.edit.links import find_links
from gateway.edit.relink import edits
from gateway.mime.splice import pieces
from gateway.model.limits import Limits
from gateway.model.links import Linked, LinkHost, Linking
from gateway.model.plan import Plan

HOSTS = (LinkHost("files.old.example"),)
OLD = "https://files.old.example/share/Report%202026.pdf?v=2"
NEW = "https://shard1.example/l/" + "tOk-en_1." * 12 + "/"
PAGE = f'<p>Grüße</p>\r\n<a href="{OLD}&amp;x=1">{OLD}&amp;x=1</a> <img src="https://cdn.example/a.png">\r\n'
TEXT = f"Grüße: see {OLD}&x=1.\r\n.dot\r\nhttps://other.example/\r\n"


def coded(text: str, encoding: str, charset: str = "utf-8") -> bytes:
    """Return a text as a mail program writes it."""
    raw = text.encode(charset)
    match encoding:
        case "base64":
            return base64.encodebytes(raw).replace(b"\n", b"\r\n")
        case "quoted-printable":
            return quopri.encodestring(raw.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
        case _:
            return raw


def decoded(body: bytes, encoding: str) -> bytes:
    """Return what a body says."""
    match encoding:
        case "base64":
            return base64.b64decode(body)
        case "quoted-printable":
            return quopri.decodestring(body)
        case _:
            return body


def mail(body: bytes, media_type: str = "text/html; charset=utf-8", encoding: str = "8bit", more: str = "") -> bytes:
    """Return a message of one part."""
    head = f"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: {media_type}\r\nContent-Transfer-Encoding: {encoding}\r\n"
    return (head + more + "\r\n").encode() + body


def look(message: bytes, *, edits_sealed: bool = False) -> Linked:
    """Find the links of a message."""
    return find_links(message, Linking(HOSTS, edits_sealed), Limits())


def relinked(message: bytes, url: str = NEW, *, edits_sealed: bool = False) -> bytes:
    """Return the message with every link of the hosts made anew."""
    found = look(message, edits_sealed=edits_sealed)
    urls = {one.target: url for slot in found.slots for one in slot.pieces if one.target}
    made = pieces(len(message), Plan(tuple(edits(found.slots, urls))))
    return b"".join(one if isinstance(one, bytes) else message[one.start : one.end] for one in made)


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize(("media_type", "text"), [("text/html", PAGE), ("text/plain", TEXT)])
def test_only_the_links_change(media_type: str, text: str, encoding: str) -> None:
    """What the body says outside of them is the same, byte for byte; lines stay as short as they were."""
    text = text if encoding != "7bit" else text.replace("ü", "u").replace("ß", "s")
    message = mail(coded(text, encoding), f"{media_type}; charset=utf-8", encoding)
    body = relinked(message).partition(b"\r\n\r\n")[2]
    said = re.sub(re.escape(NEW) + "/*", NEW, decoded(body, encoding).decode())

    assert text.replace(f"{OLD}&amp;x=1", NEW).replace(f"{OLD}&x=1", NEW) == said
    if encoding in {"base64", "quoted-printable"}:
        assert 76 >= max(map(len, body.split(b"\r\n")))


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
def test_encoded_lines_without_links_stay(encoding: str) -> None:
    """Whoever compares the messages line by line sees the lines of the link and nothing else."""
    text = "".join(f"line {number} of a long text that has no link\r\n" for number in range(200))
    message = mail(coded(text + PAGE + text, encoding), encoding=encoding)
    before, after = message.split(b"\r\n"), relinked(message).split(b"\r\n")
    head = next(at for at, line in enumerate(before) if line != after[at])
    tail = next(at for at in range(len(before)) if before[-1 - at] != after[-1 - at])

    assert len(before) - head - tail <= 6


@given(
    text=st.text(alphabet="aé \"'<>=.-\r\n/\u20ac", max_size=120),
    behind=st.text(alphabet="aé \"'<>=.-\r\n/\u20ac", max_size=200),
    count=st.integers(1, 3),
    length=st.integers(1, 200),
    encoding=st.sampled_from(["quoted-printable", "base64", "8bit"]),
)
def test_whatever_stands_around_a_link_stays(text: str, behind: str, count: int, length: int, encoding: str) -> None:
    """In every encoding, at every column, with links side by side and of any new length."""
    clean = [re.sub(r"\r?\n|\r", "\r\n", one) for one in (text, behind)]
    page = clean[0] + "".join(f'"><a href="{OLD}">' for _ in range(count)) + clean[1]
    url = NEW[:24] + "x" * length
    message = mail(coded(page, encoding), encoding=encoding)
    found = look(message)
    body = relinked(message, url).partition(b"\r\n\r\n")[2]
    said = re.sub(re.escape(url) + '/{0,2}(?=")', url, decoded(body, encoding).decode()).replace("\r\n", "\n")
    slots = sum(1 for slot in found.slots for one in slot.pieces if one.target)

    assert said.count(url) == slots
    assert page.replace("\r\n", "\n") == said.replace(url, OLD)


def test_two_links_in_one_line_of_base64_are_both_made() -> None:
    """They share quanta."""
    page = "<a href=https://files.old.example/a><a href=https://files.old.example/b>"
    body = relinked(mail(coded(page, "base64"), encoding="base64"), "https://s.example/l/x/").partition(b"\r\n\r\n")[2]

    assert re.fullmatch(rb"(<a href=https://s\.example/l/x/+>){2}", base64.b64decode(body))


@pytest.mark.parametrize(
    "message",
    [
        mail(PAGE.encode(), "text/html; charset=utf-8; name=x.html"),
        mail(PAGE.encode(), more="Content-Disposition: attachment\r\n"),
        mail(b"Content-Type: text/html\r\n\r\n" + PAGE.encode(), "message/rfc822"),
        mail(PAGE.encode(), "application/xhtml+xml"),
        mail(PAGE.encode(), encoding="x-other"),
        mail(PAGE.encode("utf-16"), "text/html; charset=utf-16"),
        mail(b"PGh0bWw!" + coded(PAGE, "base64"), encoding="base64"),
        mail(coded(PAGE, "base64") + b"-- \r\nfooter of a list\r\n", encoding="base64"),
    ],
    ids=["named", "attached", "forwarded", "other type", "other encoding", "utf-16", "damaged", "footer"],
)
def test_what_cannot_be_written_back_stays(message: bytes) -> None:
    """Files, other people's messages, and what nobody could write back."""
    assert message == relinked(message)


def test_what_was_not_looked_through_is_named() -> None:
    """An admin sees why an old link is still there."""
    utf16 = mail(PAGE.encode("utf-16"), "text/html; charset=utf-16")

    assert ("1 a character set without ASCII",) == look(utf16).left
    assert ("1 damaged base64",) == look(mail(b"PGh0bWw!", encoding="base64")).left


def test_line_that_would_become_too_long_stays() -> None:
    """RFC 5321 section 4.5.3.1.6; what was too long before may grow."""
    page = f'<a href="{OLD}">' + "x" * 900
    fits, long = mail(page.encode()), mail((page + "x" * 200).encode())

    assert fits == relinked(fits)
    assert NEW.encode() in relinked(long)


def test_bytes_of_iso_2022_are_no_markup() -> None:
    """Two bytes of a Japanese character may look like a quote; the link behind it is found."""
    page = f'<p title="\u3042\u2422\u3002">\u65e5\u672c</p><a href="{OLD}">'
    raw = page.encode("iso-2022-jp", "ignore")
    message = mail(raw, "text/html; charset=iso-2022-jp", "7bit")

    assert raw.replace(OLD.encode(), NEW.encode()) == relinked(message).partition(b"\r\n\r\n")[2]


SIGNED = (
    b"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
    + TEXT.encode()
    + b"\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n"
)
INLINE = mail(b"-----BEGIN PGP SIGNED MESSAGE-----\r\n" + TEXT.encode(), "text/plain; charset=utf-8")


@pytest.mark.parametrize(("message", "where"), [(SIGNED, "1"), (INLINE, "1")], ids=["multipart", "inline"])
def test_signed_text_is_left_and_named(message: bytes, where: str) -> None:
    """One changed byte, and its reader warns of a forgery; only a policy that says so changes it."""
    found = look(message)

    assert ((), (where,)) == (found.slots, found.sealed)
    assert message != relinked(message, edits_sealed=True)


def test_too_many_links_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """All or none of a part."""
    monkeypatch.setattr(links, "MOST_LINKS", 1)
    message = mail(f'<a href="{OLD}"><a href="{OLD}"><a href="{OLD}">'.replace('"><a', '" ><br><a').encode())
    found = look(message)

    assert ((), ("1 too many links",)) == (found.slots, found.left)


def test_relative_links_on_a_base_of_the_host_are_made_absolute() -> None:
    """The base itself stays."""
    page = '<base href="https://files.old.example/x/"><a href="y.pdf"><a href="https://other.example/">'

    assert page.replace('"y.pdf"', f'"{NEW}"').encode() in relinked(mail(page.encode()))
