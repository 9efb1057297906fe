"""Objects of a PDF, found by searching."""

import zlib

import pytest

from gateway.unpack.opener import Unreadable
from gateway.unpack.pdf_objects import Found, Objects, decoded, plain
from tests.unit.unpack import documents
from tests.unit.unpack.walked import budget

DATA = b"The data of a stream.\n" * 9 + b"Its end."


def objects(content: bytes) -> Objects:
    """Index a file."""
    return Objects(memoryview(content), budget())


def data(content: bytes) -> bytes:
    """Return the data of object 2."""
    view = memoryview(content)
    (found,) = Objects(view, budget()).numbered(2)
    return b"".join(bytes(one) for one in decoded(view, found))


def test_objects_are_found_by_number_and_place() -> None:
    """In all revisions."""
    content = documents.pdf(b"<</A 1>>") + b"2 0 obj <</B 2>> endobj"
    found = objects(content)

    assert [one.text.strip() for one in found.numbered(2)] == [b"<</A 1>>", b"<</B 2>>"]
    assert found.around(content.index(b"/B")) == found.numbered(2)[1]


@pytest.mark.parametrize("keys", [b"/A(stream\n)", b"/A(endobj)", b"/A(a\\)endobj(b(c)))", b"%endobj\n", b"/A(open"])
def test_data_starts_behind_the_real_dictionary(keys: bytes) -> None:
    """Strings and comments cannot hide it."""
    assert data(documents.pdf(documents.flat(DATA, keys))) == DATA


@pytest.mark.parametrize(
    ("raw", "keys"),
    [
        (zlib.compress(DATA), b"/Filter/FlateDecode"),
        (zlib.compress(DATA), b"/Filter[/Fl]"),
        (zlib.compress(DATA), b"/F#69lter /Flate#44ecode"),
        (DATA.hex().encode() + b">", b"/Filter[/ASCIIHexDecode]"),
        (zlib.compress(DATA).hex().encode() + b">", b"/Filter[/AHx /Fl]"),
        (b"87cURDZ~>", b"/Filter/ASCII85Decode"),
        (DATA, b""),
    ],
)
def test_data_is_decoded(raw: bytes, keys: bytes) -> None:
    """By the filters that documents use for text and files."""
    assert data(documents.pdf(documents.flat(raw, keys))) in {DATA, b"Hello"}


def test_wrong_length_does_not_cut_data() -> None:
    """The mark behind it counts."""
    content = documents.pdf(documents.flat(DATA)).replace(b"/Length %d" % len(DATA), b"/Length 3")

    assert data(content) == DATA


def test_unknown_filter_is_unreadable() -> None:
    """What it hides cannot be judged."""
    with pytest.raises(Unreadable):
        data(documents.pdf(documents.flat(DATA, b"/Filter/JBIG2Decode")))


def test_plain_spelling_has_no_strings_comments_and_escapes() -> None:
    """Keys are searched in it."""
    assert plain(b"<</#41(text (in) it)%no\n/B 1>>") == b"<</A() \n/B 1>>"


def test_data_outside_of_objects_is_unreadable() -> None:
    """There is no object around the header."""
    with pytest.raises(Unreadable):
        objects(documents.pdf()).around(3)


def test_object_without_end_is_taken_as_it_is() -> None:
    """A file may be cut off."""
    assert objects(b"%PDF-1.4\n1 0 obj <</A 1>>").numbered(1) == [Found(1, b" <</A 1>>")]
