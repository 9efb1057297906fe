"""Writes PDFs object by object, so that each has exactly what a case is about."""

import zlib

PAGE = {
    1: b"<< /Type /Catalog /Pages 2 0 R %s >>",
    2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << >> %s >>",
}


def pdf(catalog: bytes = b"", page: bytes = b"", more: dict[int, bytes] | None = None, trailer: bytes = b"") -> bytes:
    """Return a PDF; `more` are further objects, by number from 5 on."""
    objects = {1: PAGE[1] % catalog, 2: PAGE[2], 3: PAGE[3] % page, 4: stream(b"0 0 m 100 100 l S")} | (more or {})
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places = {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    count = max(objects) + 1
    rows = [b"%010d %05d %s \n" % ((places[n], 0, b"n") if n in places else (0, 65535, b"f")) for n in range(count)]
    start = len(out)
    out += b"xref\n0 %d\n" % count + b"".join(rows)
    return out + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (count, trailer, start)


def stream(content: bytes, fields: bytes = b"", *, deflated: bool = False) -> bytes:
    """Return a stream object."""
    if deflated:
        content, fields = zlib.compress(content), fields + b" /Filter /FlateDecode"
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), fields, content)


def object_stream(objects: dict[int, bytes]) -> bytes:
    """Return objects packed into a stream (ISO 32000-1 section 7.5.7)."""
    head, body = b"", b""
    for number, content in objects.items():
        head += b"%d %d " % (number, len(body))
        body += content + b" "
    fields = b"/Type /ObjStm /N %d /First %d" % (len(objects), len(head))
    return stream(head + body, fields, deflated=True)


def updated(base: bytes, number: int, content: bytes) -> bytes:
    """Append an incremental update that replaces one object (section 7.5.6)."""
    previous = int(base.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    size = int(base.rsplit(b"/Size ", 1)[1].split(b" ")[0])
    at = len(base)
    out = base + b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    fields = b"<< /Size %d /Root 1 0 R /Prev %d >>" % (max(size, number + 1), previous)
    return out + b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (fields, start)
