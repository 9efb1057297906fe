"""Ordinary and odd, but valid mail: nested parts, signatures, reports, lists, invitations (RFC 2045 to 2049, 3462 to 8098)."""

import base64
import email.message
import email.policy
import functools

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests import builders
from tests.builders import CRLF, multipart, text
from tests.detection import containers
from tests.detection.case import Case, Source, honest
from tests.detection.mails import COVER, b64, lines, mixed, part, raw
from tests.detection.payloads import ICS

_PHOTO = functools.partial(builders.part, builders.photo(), "image/jpeg", "photo.jpg")


def cases() -> list[Case]:
    """Return the classes nested, signed, reports, lists and calendar."""
    return [
        *honest("nested alternative and related", _nested()),
        *honest("signed mail", _signed()),
        *honest("reports", _reports()),
        *honest("lists", _lists()),
        *honest("invitations", _invitations()),
    ]


def _inline(content: bytes, media_type: str, cid: str, name: str = "") -> bytes:
    shown = f'; name="{name}"' if name else ""
    disposition = f'Content-Disposition: inline; filename="{name}"\n' if name else "Content-Disposition: inline\n"
    fields = f"Content-Type: {media_type}{shown}\nContent-ID: <{cid}>\n{disposition}Content-Transfer-Encoding: base64\n"
    return part(fields, b64(content))


def _nested() -> dict[str, Source]:
    page = text('<html><body><p>Hello</p><img src="cid:a@b"></body></html>\r\n', "html")
    picture = _inline(builders.picture(), "image/png", "a@b", "image001.png")
    both = multipart(COVER, page, subtype="alternative", boundary="alt")
    related = multipart(page, picture, subtype="related", boundary="rel", params='; type="text/html"')
    alternative = multipart(COVER, related, subtype="alternative", boundary="alt")
    pdf = builders.part(builders.document(), "application/pdf", "report.pdf")
    python = email.message.EmailMessage(policy=email.policy.SMTP)
    python["From"], python["To"], python["Subject"] = "anna@sender.example", "bob@example.test", "Grüße"
    python.set_content("Hello")
    python.add_alternative("<p>Hello</p>", subtype="html")
    python.add_attachment(builders.photo(), maintype="image", subtype="jpeg", filename="Grüße aus Köln.jpg")
    preamble = builders.mail(both).replace(b"--alt", b"This is a multi-part message in MIME format.\r\n\r\n--alt", 1)
    mac = 'boundary="Apple-Mail=_6F2D; type"'
    odd = "'()+_,-./:=? x"
    return {
        "text and HTML": builders.mail(both),
        "HTML and inline picture": builders.mail(related),
        "alternative around related": builders.mail(alternative),
        "mixed around alternative around related": mixed(alternative, pdf),
        "related around alternative": builders.mail(multipart(both, picture, subtype="related", boundary="rel")),
        "six pictures": mixed(COVER, *[_PHOTO()] * 6),
        "picture alone": builders.mail(_PHOTO()),
        "inline picture without a name": builders.mail(multipart(page, _inline(builders.picture(), "image/png", "a@b"),
                                                                  subtype="related", boundary="r")),
        "inline GIF of a signature": builders.mail(multipart(page, _inline(builders.animation(), "image/gif", "a@b", "logo.gif"),
                                                             subtype="related", boundary="r")),
        "preamble": preamble,
        "long preamble and epilogue": preamble + b"This is the end.\r\nReally.\r\n",
        "boundary of all allowed characters": builders.mail(multipart(COVER, _PHOTO(), boundary=odd)),
        "boundary of seventy": builders.mail(multipart(COVER, _PHOTO(), boundary="=_" + "x" * 68)),
        "boundary of Apple Mail with a semicolon": raw(f"Content-Type: multipart/mixed; {mac}\n", multipart(
            COVER, _PHOTO(), boundary="Apple-Mail=_6F2D; type").partition(b"\r\n\r\n")[2]),
        "boundary without quotes": raw("Content-Type: multipart/mixed; boundary=----=_NextPart_000\n".replace("=----", '="----').replace("000\n", '000"\n'),
                                       multipart(COVER, _PHOTO(), boundary="----=_NextPart_000").partition(b"\r\n\r\n")[2]),
        "boundary folded onto its own line": raw('Content-Type: multipart/mixed;\n\tboundary="abc"\n',
                                                 multipart(COVER, boundary="abc").partition(b"\r\n\r\n")[2]),
        "blanks behind delimiters": builders.mail(both).replace(b"--alt\r\n", b"--alt  \r\n"),
        "upper-case type and encoding": mixed(COVER, part(
            'CONTENT-TYPE: IMAGE/JPEG; NAME="photo.jpg"\nCONTENT-TRANSFER-ENCODING: BASE64\n', b64(builders.photo()))),
        "type with a comment of RFC 822 in the date": raw("Date: Mon, 03 Mar 2025 10:00:00 +0100 (CET)\nContent-Type: text/plain\n",
                                                           b"Hello\r\n", ordinary=False),
        "empty text part": mixed(text(""), _PHOTO()),
        "empty second part": mixed(COVER, part("Content-Type: text/plain\n", "")),
        "only HTML": builders.mail(text("<p>Hello</p>\r\n", "html")),
        "enriched text": mixed(COVER, text("<bold>Hello</bold>\r\n", "enriched"), subtype="alternative"),
        "AMP": mixed(COVER, text("<!doctype html><html amp4email><body>Hi</body></html>\r\n", "x-amp-html"),
                     text("<p>Hi</p>\r\n", "html"), subtype="alternative"),
        "made by Python's library": python.as_bytes(),
        "no charset": builders.mail(part("Content-Type: text/plain\n", "Hello\n")),
        "format flowed": raw("Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n", "Hello \nworld\n"),
        "missing end delimiter": builders.mail(both).replace(b"--alt--\r\n", b""),
        "language and location fields": mixed(COVER, part(
            "Content-Type: image/png\nContent-Language: en\nContent-Location: a.png\nContent-MD5: abc==\n"
            "Content-Description: A picture\nContent-Duration: 1\nContent-Transfer-Encoding: base64\n", b64(builders.picture()))),
        "quoted-printable with CR LF kept": builders.mail(text("Grüße\r\n\r\n=20 is a blank\r\n" * 5, encoding="quoted-printable")),
        "base64 text": builders.mail(text("Hello, Grüße.\r\n" * 9, encoding="base64")),
        "base64 without a last line end": mixed(COVER, part('Content-Type: image/png; name="a.png"\nContent-Transfer-Encoding: base64\n',
                                                            b64(builders.picture()).rstrip())),
        "base64 lines of sixty": mixed(COVER, part('Content-Type: image/png; name="a.png"\nContent-Transfer-Encoding: base64\n',
                                                   _wide(builders.picture(), 60))),
        "base64 with an empty line behind": mixed(COVER, part('Content-Type: image/png; name="a.png"\nContent-Transfer-Encoding: base64\n',
                                                              b64(builders.picture()) + CRLF + CRLF)),
        "HTML with links, styles and tracking": builders.mail(text(
            '<html><head><style>p{color:red}</style><meta charset="utf-8"></head><body><!--[if mso]><table><![endif]-->'
            '<a href="https://news.example/a?b=c">x</a><img src="https://news.example/a.gif" width=1 height=1></body></html>\r\n', "html")),
    }  # fmt: skip


def _wide(content: bytes, width: int) -> bytes:
    coded = base64.b64encode(content)
    return b"".join(coded[at : at + width] + CRLF for at in range(0, len(coded), width))


@functools.cache
def _key() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )


def _dkim(message: bytes, **options: object) -> bytes:
    signature: bytes = dkim.sign(message, b"s", b"sender.example", _key(), **options)
    return signature + message


_PGP = (
    "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAdFiEEAAAAAAAAAAAAAAAAAAAAAAAAAAAFAmfFkwAACgkQAAAAAAAA\n"
    "AADwBAf/V2h5IHdvdWxkIHlvdSByZWFkIHRoaXM/IEl0IGlzIG9ubHkgYSB0ZXN0LgAA\n=abcd\n-----END PGP SIGNATURE-----\n"
)


def _signed() -> dict[str, Source]:
    entity = multipart(COVER, _PHOTO(), boundary="inner")
    pgp = '; micalg=pgp-sha256; protocol="application/pgp-signature"'
    signature = part(
        'Content-Type: application/pgp-signature; name="signature.asc"\nContent-Description: OpenPGP\n'
        'Content-Disposition: attachment; filename="signature.asc"\n',
        _PGP,
    )
    bare = part("Content-Type: application/pgp-signature\n", _PGP)
    clear = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n- -- \nAnna\n" + _PGP

    def smime(inner: bytes, *options: str) -> Source:
        return lambda: builders.mail(containers.smime(inner, "-sign", "-binary", *options))

    return {
        "PGP/MIME": mixed(COVER, signature, subtype="signed", params=pgp),
        "PGP/MIME with an attachment": mixed(entity, signature, subtype="signed", params=pgp),
        "PGP/MIME, signature without a name": mixed(COVER, bare, subtype="signed", params=pgp),
        "PGP/MIME below a list's footer": mixed(multipart(COVER, bare, subtype="signed", boundary="s", params=pgp), text("-- \r\nlist\r\n")),
        "PGP in the text": builders.mail(text(clear.replace("\n", "\r\n"))),
        "S/MIME": smime(COVER),
        "S/MIME with an attachment": smime(entity),
        "S/MIME with SHA-512": smime(text("<p>Hello</p>\r\n", "html"), "-md", "sha512"),
        "S/MIME without certificates": smime(COVER, "-nocerts"),
        "S/MIME around PGP": smime(multipart(COVER, bare, subtype="signed", boundary="s", params=pgp)),
        "DKIM": lambda: _dkim(mixed(COVER, _PHOTO())),
        "DKIM, simple": lambda: _dkim(builders.mail(text()), canonicalize=(b"simple", b"simple")),
        "DKIM twice": lambda: _dkim(_dkim(builders.mail(text()))),
        "DKIM and S/MIME": lambda: _dkim(builders.mail(containers.smime(COVER, "-sign", "-binary"))),
        "ARC and authentication results": raw(
            "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=a.example; s=s; b=abc=\nARC-Authentication-Results: i=1; a.example; spf=pass\n"
            "Authentication-Results: a.example; dkim=pass header.d=b.example\nReceived-SPF: pass (x: y)\nContent-Type: text/plain\n", "Hello\n"),
        "key in the header": raw("Autocrypt: addr=anna@sender.example; keydata=\n mQENBFxAAAABCAC7xAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
                                 "Content-Type: text/plain\n", "Hello\n"),
    }  # fmt: skip


_FAILED = (
    "Reporting-MTA: dns; mx.sender.example\nArrival-Date: Mon, 3 Mar 2025 10:00:00 +0100\n\n"
    "Final-Recipient: rfc822; nobody@a.example\nAction: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1 <nobody@a.example>: unknown\n"
)


def _reports() -> dict[str, Source]:
    status = part("Content-Type: message/delivery-status\nContent-Description: Delivery report\n", _FAILED)
    original = part("Content-Type: message/rfc822\n", builders.mail(multipart(COVER, _PHOTO(), boundary="o")))
    headers = part("Content-Type: text/rfc822-headers\n", builders.head(builders.ORDINARY))
    notice = "; report-type=delivery-status"
    read = part(
        "Content-Type: message/disposition-notification\n",
        "Reporting-UA: a; b\nOriginal-Recipient: rfc822;bob@example.test\n"
        "Final-Recipient: rfc822;bob@example.test\nOriginal-Message-ID: <1@b>\nDisposition: manual-action/MDN-sent-manually; displayed\n",
    )
    abuse = part(
        "Content-Type: message/feedback-report\n",
        "Feedback-Type: abuse\nUser-Agent: a/1\nVersion: 1\nSource-IP: 192.0.2.1\n",
    )
    global_status = part(
        "Content-Type: message/global-delivery-status\nContent-Transfer-Encoding: 8bit\n",
        "Reporting-MTA: dns; a\n\nFinal-Recipient: utf-8; j\u00fcrgen@a.example\nAction: failed\nStatus: 5.1.1\n",
    )
    return {
        "failure with the original": mixed(COVER, status, original, subtype="report", params=notice),
        "failure with the headers": mixed(COVER, status, headers, subtype="report", params=notice),
        "failure without the original": mixed(COVER, status, subtype="report", params=notice),
        "delay": mixed(COVER, part("Content-Type: message/delivery-status\n", _FAILED.replace("failed", "delayed").replace("5.1.1", "4.4.1")),
                       headers, subtype="report", params=notice),
        "several recipients": mixed(COVER, part("Content-Type: message/delivery-status\n",
                                                _FAILED + "\n" + _FAILED.partition("\n\n")[2]), subtype="report", params=notice),
        "failure of Exchange with HTML": mixed(multipart(COVER, text("<p>failed</p>\r\n", "html"), subtype="alternative", boundary="a"),
                                               status, original, subtype="report", params=notice),
        "parameters in another order": mixed(COVER, status, headers, subtype="report").replace(
            b'multipart/report; boundary="=_boundary_1"', b'multipart/report; report-type="delivery-status";\r\n\tboundary="=_boundary_1"'),
        "read receipt": mixed(COVER, read, subtype="report", params="; report-type=disposition-notification"),
        "read receipt with headers": mixed(COVER, read, headers, subtype="report", params="; report-type=disposition-notification"),
        "abuse report": mixed(COVER, abuse, original, subtype="report", params="; report-type=feedback-report"),
        "international failure": mixed(COVER, global_status, subtype="report", params="; report-type=global-delivery-status"),
        "old failure of qmail": builders.message(headers=builders.ORDINARY[:-1], body=lines(
            "Hi. This is the qmail-send program at a.example.\n\n<b@c.example>:\nunknown\n\n--- Below this line is a copy of the message.\n\n"
            "Return-Path: <anna@sender.example>\nReceived: (qmail 1 invoked by uid 0); 3 Mar 2025 10:00:00 -0000\nSubject: x\n\nHello\n")),
        "vacation answer": raw("Auto-Submitted: auto-replied (vacation)\nPrecedence: bulk\nContent-Type: text/plain; charset=utf-8\n", "I am away.\n"),
        "TLS report's text": raw("TLS-Report-Domain: a.example\nTLS-Report-Submitter: b.example\nContent-Type: text/plain\n", "Nothing to report.\n"),
    }  # fmt: skip


def _lists() -> dict[str, Source]:
    fields = (
        "List-Id: A list <a.lists.example>\nList-Unsubscribe: <mailto:a@lists.example>, <https://lists.example/u>\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\nList-Post: <mailto:a@lists.example>\nPrecedence: list\n"
        'Sender: "a" <a-bounces@lists.example>\nErrors-To: a-bounces@lists.example\nX-BeenThere: a@lists.example\n'
    )
    footer = part(
        'Content-Type: text/plain; charset="us-ascii"\nMIME-Version: 1.0\nContent-Transfer-Encoding: 7bit\nContent-Disposition: inline\n',
        "_______________________________________________\na mailing list\na@lists.example\nhttps://lists.example/a\n",
    )
    head = fields + 'Content-Type: multipart/mixed; boundary="===============123=="\n'
    body = functools.partial(multipart, boundary="===============123==")
    messages = [
        builders.message(headers=[("From", "a@b"), ("Subject", f"Number {n}")], body=b"Hello\r\n") for n in range(4)
    ]
    digest = multipart(*(CRLF + one for one in messages), subtype="digest", boundary="d")
    plain = (
        "Today's Topics:\n\n   1. x (A)\n\n"
        + ("-" * 70 + "\n\nMessage: 1\nDate: x\nFrom: a@b\nSubject: x\n\nHello\n\n") * 3
    )
    return {
        "fields": raw(fields + "Content-Type: text/plain\n", "Hello\n"),
        "footer as a part": raw(head, body(COVER, footer).partition(b"\r\n\r\n")[2]),
        "footer below an alternative": raw(head, body(multipart(COVER, text("<p>x</p>\r\n", "html"), subtype="alternative", boundary="q"),
                                                      footer).partition(b"\r\n\r\n")[2]),
        "footer below a photo": raw(head, body(COVER, _PHOTO(), footer).partition(b"\r\n\r\n")[2]),
        "digest of MIME": builders.mail(digest),
        "digest of Mailman": raw(head, body(text("Masthead\r\n"), text("Topics\r\n"), digest, footer).partition(b"\r\n\r\n")[2]),
        "digest with types": mixed(*(part("Content-Type: message/rfc822\n", one) for one in messages), subtype="digest"),
        "digest as a text": raw(fields + "Content-Type: text/plain\n", plain),
        "newsletter": raw(fields + 'Content-Type: text/html; charset="utf-8"\n', '<html><body><a href="https://a.example">x</a></body></html>\n'),
        "footer appended to the text": raw(fields + "Content-Type: text/plain\n", "Hello\n-- \nYou received this message\n--\n---\n"),
        "moved through twelve hosts": raw("".join(f"Received: from a{n}.example (a{n}.example [192.0.2.{n}])\n\tby b{n}.example (x) with ESMTPS id {n}\n"
                                                  f"\tfor <bob@example.test>; Mon, 3 Mar 2025 10:00:{n:02} +0100\n" for n in range(12))
                                          + "Content-Type: text/plain\n", "Hello\n"),
        "forwarded as an attachment": mixed(COVER, part('Content-Type: message/rfc822; name="Hello.eml"\n'
                                                        'Content-Disposition: attachment; filename="Hello.eml"\n',
                                                        builders.mail(multipart(COVER, _PHOTO(), boundary="f")))),
        "forwarded inline": mixed(COVER, part("Content-Type: message/rfc822\nContent-Disposition: inline\n", builders.mail(COVER))),
        "forwarded in the text": builders.mail(text("See:\r\n\r\n-------- Forwarded Message --------\r\nSubject: x\r\nFrom: a@b\r\n"
                                                    "Content-Type: is a field\r\n\r\n> Hello\r\n>> Hello\r\n>From me\r\n")),
    }  # fmt: skip


def _invitations() -> dict[str, Source]:
    event = ICS.replace(
        "{more}", "ORGANIZER;CN=Anna:mailto:anna@sender.example\r\nATTENDEE;RSVP=TRUE:mailto:bob@example.test\r\n"
    )
    calendar = text(event, "calendar; method=REQUEST")
    reply = text(event.replace("REQUEST", "REPLY"), "calendar; method=REPLY")
    return {
        "request": mixed(COVER, calendar, subtype="alternative"),
        "request with HTML": mixed(COVER, text("<p>x</p>\r\n", "html"), calendar, subtype="alternative"),
        "request in base64": mixed(COVER, text(event, "calendar; method=REQUEST", "base64"), subtype="alternative"),
        "reply": mixed(COVER, reply, subtype="alternative"),
    }
