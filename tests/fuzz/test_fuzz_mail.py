"""Damaged mail: no exception leaves the splitter or the examination, and everything they find has its place."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.examine import examine
from gateway.filetype.text import body_type
from gateway.mime.encodings import find_encoded
from gateway.mime.split import split
from gateway.model.limits import MIB, Limits
from gateway.unpack.store import MemoryStore
from tests import builders, strategies
from tests.detection.mails import raw as written
from tests.fuzz.mutation import damaged, texts, untimed
from tests.fuzz.test_fuzz_files import ticking
from tests.unit.filetype.made import nobody
from tests.unit.unpack.walked import walked

LIMITS = Limits(parts=60, fields=200, members=50, expanded=4 * MIB)
FIELDS = (
    "Content-Type: ",
    "Content-Disposition: ",
    "Content-Transfer-Encoding: ",
    "multipart/mixed",
    "message/rfc822",
    "text/html",
    "; boundary=",
    '; boundary*0="',
    "; boundary*=utf-8''",
    "; filename=",
    "; filename*=",
    "; name=",
    '"',
    "'",
    "\\",
    "(",
    ")",
    "=?utf-8?B?",
    "=?utf-8?Q?",
    "?=",
    "base64",
    "quoted-printable",
    "x-uuencode",
    "a",
    "AAA",
    ";",
    "\n ",
    "\n",
    "\n\n",
    "--AAA\n",
    "--AAA--\n",
    "\0",
    "%41",
)
BODY = (
    "begin 644 a.exe\n",
    "begin-base64 644 a\n",
    "=ybegin line=128 size=9 name=a\n",
    "=yend size=9\n",
    "=ypart begin=1 end=2\n",
    "end\n",
    "`\n",
    "(This file must be converted with BinHex 4.0)\n",
    ":",
    "M" * 61 + "\n",
    "TVqQAAMAAAAEAAAA//8AALgAAAA\n",
    "=",
    "==",
    "\n",
    "-----BEGIN X-----\n",
    "<html>",
    "<script>",
    "</script>",
    "atob('",
    "data:",
    ";base64,",
    '<a href="',
    "&#100;",
    "new Blob(",
    "Uint8Array",
    "<svg",
    " onload=",
    ">",
)


def check(raw: bytes) -> None:
    """Examine within a budget; what was found lies in the message."""
    found = examine(raw, nobody, LIMITS, MemoryStore(), ticking())
    assert found.message.size == len(raw)
    for part in found.message.root.walk():
        assert 0 <= part.whole.start <= part.body.start <= part.body.end <= part.whole.end <= len(raw)


@untimed
@given(strategies.mutated())
def test_damaged_mail_is_examined(raw: bytes) -> None:
    """Honest messages with hostile bytes put in."""
    check(raw)


@untimed
@given(
    damaged(
        [builders.mail(builders.multipart(builders.text(), builders.part(builders.program(), "image/jpeg", "a.jpg")))]
    )
)
def test_wounded_mail_is_examined(raw: bytes) -> None:
    """One message with the wounds that files get."""
    check(raw)


@untimed
@given(texts(FIELDS), texts(FIELDS))
def test_structure_of_any_words_is_examined(fields: str, body: str) -> None:
    """Headers and bodies written from the words that readers disagree about."""
    check(written("Content-Type: multipart/mixed; boundary=AAA" + fields + "\n", "--AAA\n" + body))


@untimed
@given(texts(BODY))
def test_bodies_of_any_words_are_examined(body: str) -> None:
    """Texts that begin encodings and pages and do not end them."""
    check(builders.mail(builders.text(body)))
    check(builders.mail(builders.text(body, "html")))


@untimed
@given(texts(BODY).map(str.encode) | st.binary(max_size=500))
def test_searches_in_text_never_raise(text: bytes) -> None:
    """What is found in a text can be asked for; only its chunks may raise, and only ValueError."""
    for one in find_encoded(text):
        try:
            size = sum(len(chunk) for chunk in one.chunks)
        except ValueError:
            continue
        assert size <= len(text)
    body_type(memoryview(text))
    walked(text, "a.html", clock=ticking(), limits=LIMITS)


@untimed
@given(strategies.mutated(), st.integers(0, 8))
def test_splitter_never_raises(raw: bytes, depth: int) -> None:
    """Also with a depth that is soon reached."""
    message, _ = split(raw, Limits(parts=10, fields=20, depth=depth))

    assert (0, len(raw)) == (message.root.whole.start, message.root.whole.end)
