"""Text of all scripts and ages, mail without MIME, long lines, and prose that mentions what is forbidden."""

import base64
import quopri
import urllib.parse
from email.header import Header

from tests import builders
from tests.builders import CRLF, text
from tests.detection.case import BOB, Case, Source, honest
from tests.detection.mails import COVER, attached, b64, lines, mixed, part, raw, with_part

_NAMES = {
    "German": "Grüße aus Köln.jpg",
    "Russian": "Фотография с моря.jpg",
    "Japanese": "旅行の写真.jpg",
    "Chinese": "照片（第一张）.jpg",
    "Korean": "사진.jpg",
    "Arabic": "صورة الرحلة.jpg",
    "Hebrew": "תמונה.jpg",
    "Greek": "Φωτογραφία.jpg",
    "Thai": "รูปถ่าย.jpg",
    "Hindi": "फ़ोटो.jpg",
    "emoji": "Strand 🏖️👨‍👩‍👧.jpg",
    "Vietnamese": "Ảnh chụp.jpg",
    "Turkish": "İstanbul fotoğrafı.jpg",
    "decomposed": "Gru\u0308\u00dfe.jpg",
}
_CHARSETS = {
    "iso-8859-1": "Grüße aus Köln",
    "iso-8859-15": "10 € für Œuvres",
    "windows-1252": "„Grüße“ – 10 €",
    "koi8-r": "Привет",
    "windows-1251": "Привет",
    "gb18030": "你好，世界",
    "gbk": "你好",
    "big5": "你好世界",
    "shift_jis": "こんにちは、ソ表",
    "euc-jp": "こんにちは",
    "euc-kr": "안녕하세요",
    "windows-1256": "مرحبا",
    "iso-8859-8": "שלום",
    "tis-620": "สวัสดี",
    "utf-8": "Ünïcödé ✓ 𝄞",
    "iso-2022-jp": "こんにちは",
    "utf-7": "Grüße",
}


def cases() -> list[Case]:
    """Return the classes 8-bit and SMTPUTF8, long lines, no MIME, uuencode in prose, international names."""
    return [
        *honest("8-bit and SMTPUTF8", _eight_bit()),
        *honest("8-bit and SMTPUTF8", _international(), options=" SMTPUTF8"),
        *honest("long lines", _long()),
        *honest("no MIME", _plain()),
        *honest("uuencode in prose", _prose(), BOB),
        *honest("international names", _names()),
    ]


def _eight_bit() -> dict[str, Source]:
    sent: dict[str, Source] = {
        f"text in {charset}": builders.mail(
            part(f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n",
                 (words + "\r\n").encode(charset) * 3)
        )
        for charset, words in _CHARSETS.items()
    }  # fmt: skip
    sent |= {
        "subject in Latin-1, unencoded": raw(b"Subject: Gr\xfc\xdfe\r\nContent-Type: text/plain\r\n", b"Hello\r\n"),
        "sender's name in UTF-8, unencoded": raw("From: Jürgen <j@a.example>\nContent-Type: text/plain\n", "Hello\n", ordinary=False),
        "text in quoted-printable of Latin-1": builders.mail(part(
            "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n", "Gr=FC=DFe\n")),
        "text without a charset": builders.mail(part("Content-Transfer-Encoding: 8bit\n", b"Gr\xfc\xdfe\r\n")),
        "text of two charsets": builders.mail(part("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n",
                                                   "Grüße\r\n".encode() + b"Gr\xfc\xdfe\r\n")),
        "subject in encoded words": raw("Subject: =?utf-8?B?R3LDvMOfZQ==?= =?iso-8859-1?Q?_K=F6ln?=\nContent-Type: text/plain\n", "Hello\n"),
        "HTML in windows-1252": builders.mail(part("Content-Type: text/html; charset=windows-1252\nContent-Transfer-Encoding: 8bit\n",
                                                   b"<p>Gr\xfc\xdfe \x80</p>\r\n")),
        "HTML in base64 of UTF-16": builders.mail(builders.part("\ufeff<p>Grüße</p>\r\n".encode("utf-16-le"), "text/html; charset=utf-16",
                                                                disposition=None)),
    }  # fmt: skip
    return sent


def _international() -> dict[str, Source]:
    return {
        "addresses in UTF-8": raw("From: Jürgen <jürgen@bücher.example>\nTo: Bob <bob@example.test>\nSubject: Grüße\n", "Grüße\n", ordinary=False),
        "subject in UTF-8": raw("Subject: Привет, мир\nContent-Type: text/plain; charset=utf-8\n", "Привет\n"),
        "file name in UTF-8": with_part('Content-Type: image/jpeg\nContent-Disposition: attachment; filename="Grüße.jpg"\n'
                                        "Content-Transfer-Encoding: base64\n", b64(builders.photo())),
        "message of RFC 6532": mixed(COVER, part("Content-Type: message/global\n", raw("Subject: Привет\nContent-Type: text/plain\n", "x\n"))),
    }  # fmt: skip


def _long() -> dict[str, Source]:
    address = "https://a.example/" + "x" * 5000
    people = ",\n ".join(f"Person {n} <person{n}@a.example>" for n in range(500))
    return {
        "line of 998": builders.mail(text("x" * 998 + "\r\n")),
        "line of 999": builders.mail(text("x" * 999 + "\r\n")),
        "line of 70,000": builders.mail(text("words and " * 7000 + "\r\n")),
        "line of a megabyte": builders.mail(text("word " * 200_000 + "\r\n", "html")),
        "address of 5,000": builders.mail(text(f"See {address}\r\n")),
        "page in one line": builders.mail(text("<p>" + "<b>x</b>" * 20_000 + "</p>\r\n", "html")),
        "500 recipients in a field": raw(f"Cc: {people}\nContent-Type: text/plain\n", "Hello\n"),
        "References of 20,000": raw("References:" + "".join(f"\n <{n}.{'x' * 60}@a.example>" for n in range(300)) + "\nContent-Type: text/plain\n", "x\n"),
        "field of 20,000 in one line": raw(f"X-Report: {'abc ' * 5000}\nContent-Type: text/plain\n", "Hello\n"),
        "base64 in one line": with_part('Content-Type: image/jpeg; name="photo.jpg"\nContent-Transfer-Encoding: base64\n',
                                        base64.b64encode(builders.photo()) + CRLF),
        "dots at all line starts": builders.mail(text("." + "\r\n..\r\n...\r\n. .\r\n" * 50)),
        "100,000 lines": builders.mail(text("line\r\n" * 100_000)),
    }  # fmt: skip


def _plain() -> dict[str, Source]:
    old = builders.ORDINARY[:-1]
    return {
        "text": builders.message(headers=old),
        "text of many paragraphs": builders.message(headers=old, body=b"Hello,\r\n\r\nhow are you?\r\n\r\n-- \r\nAnna\r\n" * 20),
        "no body": builders.head(old),
        "empty body": builders.message(headers=old, body=b""),
        "only a sender": b"From: anna@sender.example\r\n\r\nHello\r\n",
        "subject alone": b"Subject: x\r\n\r\nHello\r\n",
        "eight bits": builders.message(headers=old, body=b"Gr\xfc\xdfe\r\n"),
        "type without a version": builders.message(headers=[*old, ("Content-Type", "text/plain; charset=us-ascii")]),
        "fields folded by tabs": builders.message(headers=[*old, b"X-Long: a\r\n\tb\r\n\tc"]),
        "obsolete date": b"Date: 3 Mar 99 10:00 EST\r\nFrom: anna@sender.example\r\nTo: bob@example.test\r\n\r\nHello\r\n",
        "route in the address": b"From: <@a.example:anna@sender.example>\r\nTo: A group: bob@example.test, c@d;\r\n\r\nHello\r\n",
        "empty fields": builders.message(headers=[*old, b"Cc:", b"X-Empty:"]),
        "type of RFC 1049": builders.message(headers=[*old, b"Content-Type: text"]),
        "bulleted by dashes": builders.message(headers=old, body=b"-- one\r\n--two\r\n--three--\r\n----\r\n"),
        "fields of a text": builders.message(headers=old, body=b"Name: Anna\r\nStreet: Lane 1\r\n\r\nCity: Town\r\n"),
        "fields without order": b"Subject: x\r\nTo: bob@example.test\r\nDate: Mon, 03 Mar 2025 10:00:00 +0100\r\nfrom: anna@sender.example\r\n\r\nx\r\n",
    }  # fmt: skip


def _prose() -> dict[str, Source]:
    key = "\r\n".join(["-----BEGIN PGP PUBLIC KEY BLOCK-----", "", *(base64.b64encode(bytes(range(at, at + 48))).decode() for at in range(200)),
                       "=AbCd", "-----END PGP PUBLIC KEY BLOCK-----", ""])  # fmt: skip
    certificate = "-----BEGIN CERTIFICATE-----\r\n" + base64.encodebytes(b"\x30\x82\x01\x0a\x02" + bytes(range(256))).decode().replace("\n", "\r\n") \
        + "-----END CERTIFICATE-----\r\n"  # fmt: skip
    token = ".".join(
        base64.urlsafe_b64encode(one).decode().rstrip("=")
        for one in (b'{"alg":"HS256"}', b'{"sub":"1234567890"}' * 9, bytes(range(32)))
    )
    dots = base64.b64encode(builders.picture()).decode()
    texts = {
        "begin at a line's start": "Let us\r\nbegin 644 things at once, he said,\r\nand they all did.\r\nend\r\n",
        "begin and end": "begin the meeting at nine\r\nand bring the minutes\r\nend of message\r\n",
        "manual of uuencode": "A file begins with a line\r\n\r\n    begin 644 name\r\n\r\nand ends with\r\n\r\n    end\r\n\r\nas POSIX says.\r\n",
        "program in Pascal": "program x;\r\nbegin\r\n  writeln('hello');\r\nend.\r\n",
        "program in shell": "Try this:\r\n\r\n$ ls -l | wc\r\n$ #!/bin/sh is the first line\r\n",
        "yEnc mentioned": "yEnc posts start with =ybegin line=128 size=123 name=x and end with =yend.\r\n",
        "BinHex mentioned": "Old Macs wrote (This file must be converted with BinHex 4.0) first.\r\n",
        "base64 mentioned": "The header is Content-Transfer-Encoding: base64 and MZ becomes TVqQ.\r\n",
        "public key": key,
        "certificate": certificate,
        "SSH key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB" + "x" * 43 + " anna@laptop\r\n",
        "token": f"Authorization: Bearer {token}\r\n",
        "checksums": "\r\n".join(f"{n:064x}  file{n}.iso" for n in range(99)) + "\r\n",
        "patch": "diff --git a/a.sh b/a.sh\r\n--- a/a.sh\r\n+++ b/a.sh\r\n@@ -1,2 +1,2 @@\r\n-#!/bin/sh\r\n+#!/bin/bash\r\n echo\r\n",
        "hexadecimal dump": "\r\n".join(f"{n:08x}  4d 5a 90 00 03 00 00 00  04 00 00 00 ff ff 00 00  |MZ..............|" for n in range(0, 160, 16)) + "\r\n",
        "quoted mail with boundaries": "> --abc\r\n> Content-Type: text/plain\r\n>\r\n> Hello\r\n> --abc--\r\n",
        "log lines": "Mar  3 10:00:00 mx postfix/smtpd[1]: connect from a.example\r\n" * 40,
        "JavaScript asked about": "Why does document.createElement('a').click() not work in my page?\r\n",
        "address with data:": "The scheme data: is described in RFC 2397, e.g. data:,Hello\r\n",
        "genome": "ACGT" * 500 + "\r\n",
        "table of numbers": "\r\n".join("\t".join(str(n * m) for m in range(12)) for n in range(40)) + "\r\n",
        "tracking number as base64": "Your code: " + base64.b64encode(bytes(range(60))).decode() + "\r\n",
        "separator of MIME": "Here is what it looked like:\r\n\r\n------=_NextPart_000_0001\r\nand more\r\n",
        "From at a line's start": "Hello\r\n\r\n>From here on\r\nFrom me to you\r\n",
    }  # fmt: skip
    sent: dict[str, Source] = {name: builders.mail(text(words)) for name, words in texts.items()}
    pages = {
        "inline image as a data address": f'<p>Hello</p><img alt="a" src="data:image/png;base64,{dots}">',
        "background as a data address": f"<p style=\"background:url('data:image/png;base64,{dots}')\">Hello</p>",
        "schema for machines": '<script type="application/ld+json">{"@context":"http://schema.org","@type":"EmailMessage"}</script><p>x</p>',
        "code in a page": "<pre>&lt;script&gt;alert(1)&lt;/script&gt; begin 644 a.exe</pre>",
        "conditional comment": "<!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]--><p>x</p>",
        "form": '<form action="https://a.example/"><input name=a><button>ok</button></form>',
    }
    sent |= {
        f"HTML: {name}": builders.mail(text(f"<html><body>{page}</body></html>\r\n", "html"))
        for name, page in pages.items()
    }
    sent["begin in a list's digest, quoted-printable"] = builders.mail(
        text("begin 644 is a mode\r\n=3D\r\n", encoding="quoted-printable")
    )
    return sent


def _names() -> dict[str, Source]:
    photo = b64(builders.photo())
    encoding = "Content-Transfer-Encoding: base64\n"
    sent: dict[str, Source] = {}
    for number, (language, name) in enumerate(_NAMES.items()):
        coded = urllib.parse.quote(name)
        word = Header(name, "utf-8", maxlinelen=998).encode()
        quoted = "=?utf-8?Q?" + quopri.encodestring(name.encode(), header=True).decode().replace("=\n", "") + "?="
        pieces = f";\n filename*0*=utf-8''{urllib.parse.quote(name[:4])};\n filename*1*={urllib.parse.quote(name[4:])}"
        spelled = (
            f"Content-Disposition: attachment; filename*=utf-8''{coded}\n",
            f'Content-Disposition: attachment; filename="{word}"\n',
            f"Content-Disposition: attachment; filename=\"photo.jpg\"; filename*=utf-8''{coded}\n",
            f"Content-Disposition: attachment{pieces}\n",
        )
        types = ("Content-Type: image/jpeg\n", f'Content-Type: image/jpeg; name="{quoted if number % 2 else word}"\n')
        if number % 4 == 2:
            types = ("Content-Type: image/jpeg\n",) * 2
        sent[f"{language}, spelling {number % 4 + 1}"] = with_part(
            types[number % 2] + spelled[number % 4] + encoding, photo
        )
        if number % 3 == 0:
            sent[f"{language}, in the type and the disposition"] = with_part(
                f'Content-Type: image/jpeg;\n name="{word}"\nContent-Disposition: attachment;\n filename="{word}"\n{encoding}',
                photo,
            )
    plain = {
        "blanks and brackets": "My photo (1) [final], v2 - copy.jpg",
        "apostrophe and ampersand": "Anna's & Bob's photo.jpg",
        "many dots": "2025.03.03.10.00.00.jpg",
        "upper case": "DSC_0001.JPG",
        "no dot before": "IMG-20250303-WA0001.jpeg",
        "per cent": "100% ready.jpg",
        "name that begins with a dot": ".hidden.jpg",
        "very long": "a" * 180 + ".jpg",
        "com in a name": "www.example.com photo.jpg",
        "plus and equal signs": "a+b=c #1 @home ~.jpg",
    }
    sent |= {name: attached(builders.photo(), "image/jpeg", value) for name, value in plain.items()}
    sent["quotes inside"] = attached(builders.photo(), "image/jpeg", 'the \\"best\\" photo.jpg')
    sent["no name"] = with_part(f"Content-Type: image/jpeg\nContent-Disposition: attachment\n{encoding}", photo)
    sent["octet-stream with a photo's name"] = attached(builders.photo(), "application/octet-stream", "photo.jpg")
    sent["dates and size"] = with_part(
        'Content-Type: image/jpeg; name="photo.jpg"\nContent-Disposition: attachment; filename="photo.jpg"; size=123;\n'
        ' creation-date="Mon, 03 Mar 2025 10:00:00 GMT"; modification-date="Mon, 03 Mar 2025 10:00:00 GMT"\n' + encoding, photo,
    )  # fmt: skip
    sent["Macintosh's types"] = with_part(
        'Content-Type: image/jpeg; name=photo.jpg; x-mac-type="4A504547"; x-unix-mode=0644; x-apple-part-url="a@b"\n'
        f"Content-Disposition: inline; filename=photo.jpg\n{encoding}", photo,
    )  # fmt: skip
    sent["lines"] = with_part(
        lines(
            'Content-Type: image/jpeg;\n\tname="photo.jpg"\n'
            + encoding
            + 'Content-Disposition: attachment;\n\tfilename="photo.jpg"\n'
        ),
        photo,
    )
    return sent
