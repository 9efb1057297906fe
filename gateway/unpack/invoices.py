"""The data of an electronic invoice inside its PDF: ZUGFeRD, Factur-X, XRechnung (EN 16931 in UN/CEFACT CII or UBL).

It says the same as the pages and is read by bookkeeping, so it is a part of the document and not a file for
somebody; documents that come with it in base64 are files.
"""

import re
from base64 import b64decode
from collections.abc import Iterator

from gateway.unpack.opener import Member

_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,64}(?:<\?xml\s[^>]{0,200}\?>)?(?:\s++|<!--[^>]{0,2000}-->){0,64}"
    rb"<(?:[\w.-]{1,40}:)?"
    rb"(?:CrossIndustryInvoice|CrossIndustryDocument|Invoice|CreditNote|SCRDMCCBDACIOMessageStructure)\s[^<>]{0,4000}?"
    rb"[\"'](?:urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:|urn:ferd:CrossIndustryDocument:"
    rb"|urn:oasis:names:specification:ubl:schema:xsd:(?:Invoice|CreditNote)-2"
    rb"|urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:)"
)
_FOREIGN = re.compile(rb"<!|<\?(?!xml\s)|<(?:[\w.-]{1,40}:)?(?:script|html|svg|iframe)\b", re.IGNORECASE)
_OPENED = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:EmbeddedDocument|Attachment)BinaryObject\b")
_ATTACHED = re.compile(
    rb"<(?:[\w.-]{1,40}:)?(?:EmbeddedDocument|Attachment)BinaryObject\b([^<>]{0,2000})>([A-Za-z0-9+/=\s]*+)</"
)
_FILE_NAME = re.compile(rb"\bfilename\s*=\s*(?:\"([^\"]{0,500})\"|'([^']{0,500})')")
_ENDING = ".xml"


def starts_invoice(names: tuple[str, ...], head: bytes) -> bool:
    """Tell whether a file in a PDF is called like the data of an invoice and begins like it."""
    return all(name.lower().endswith(_ENDING) for name in names) and _ROOT.match(head) is not None


def is_invoice(content: bytes) -> bool:
    """Tell whether what began as an invoice is nothing else: no document type, no script, no page."""
    first, *rest = content.split(b"<!--")
    bare = first + b"".join(one.partition(b"-->")[2] for one in rest)
    return (
        b"\0" not in content
        and _FOREIGN.search(bare) is None
        and len(_OPENED.findall(bare)) == len(_ATTACHED.findall(bare))
    )


def attached_files(content: bytes) -> Iterator[Member]:
    """Yield the documents that come with an invoice."""
    for found in _ATTACHED.finditer(content):
        named = _FILE_NAME.search(found[1])
        name = (named[1] or named[2] or b"").decode("utf-8", "replace") if named else ""
        yield Member((name,) if name else (), (b64decode(found[2] + b"==="),))
