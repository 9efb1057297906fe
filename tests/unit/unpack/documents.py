"""Documents for tests: PDFs written by hand, and those that real programs made."""

import zlib
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "samples" / "documents"

INVOICE = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice '
    b'xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100">%s</rsm:CrossIndustryInvoice>'
)


def sample(name: str) -> bytes:
    """Return a document that a real program made."""
    return (SAMPLES / name).read_bytes()


def pdf(*objects: bytes, trailer: bytes = b"<</Root 1 0 R>>") -> bytes:
    """Write a PDF whose objects are numbered from 2 on; readers rebuild the cross-reference that it lacks."""
    numbered = [b"<</Type/Catalog/Pages 9 0 R>>", *objects]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(numbered, 1))
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + body + b"trailer\n" + trailer + b"\nstartxref\n0\n%%EOF\n"


def stream(content: bytes, keys: bytes = b"") -> bytes:
    """Write an object with deflated data."""
    return flat(zlib.compress(content), keys + b"/Filter/FlateDecode")


def flat(content: bytes, keys: bytes = b"") -> bytes:
    """Write an object with data as it is."""
    return b"<<%s/Length %d>>\nstream\r\n%s\nendstream" % (keys, len(content), content)


def object_stream(*objects: bytes, keys: bytes = b"/Type/ObjStm") -> bytes:
    """Write an object stream whose objects are numbered from 50 on."""
    table, at = b"", 0
    for number, one in enumerate(objects, 50):
        table += b"%d %d " % (number, at)
        at += len(one) + 1
    return stream(table + b" ".join(objects), keys + b"/N %d/First %d" % (len(objects), len(table)))


def specification(name: bytes, number: int) -> bytes:
    """Write a file specification for the data in object `number`."""
    return b"<</Type/Filespec/F(%s)/UF(%s)/EF<</F %d 0 R>>>>" % (name, name, number)
