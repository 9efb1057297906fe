"""Programs in messages in messages, and in the wrappings of Outlook, S/MIME and PGP."""

import functools
from collections.abc import Callable

from tests import builders
from tests.detection import containers
from tests.detection.case import STUDIO, Case, Source, hostile
from tests.detection.mails import COVER, attached, b64, mixed, part, with_part
from tests.detection.payloads import ELF, JSCRIPT, PE, ZIP, smuggler

_INNER = attached(PE, "application/octet-stream", "invoice.exe")
_FILE = builders.part(PE, "application/octet-stream", "invoice.exe")
_RFC822 = "Content-Type: message/rfc822\n"


def cases() -> list[Case]:
    """Return the class wrapped messages."""
    return [
        *hostile("wrapped messages", _messages() | _files() | _secure()),
        *hostile("wrapped messages", _studio(), STUDIO),
    ]


def _wrap(raw: bytes, times: int) -> bytes:
    return functools.reduce(lambda inner, _: mixed(COVER, part(_RFC822, inner)), range(times), raw)


def _messages() -> dict[str, Source]:
    report = builders.part(b"Reporting-MTA: dns; a.example\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\n",
                           "message/delivery-status", encoding="7bit", disposition=None)  # fmt: skip
    params = "; report-type=delivery-status"
    uu = builders.message(body=builders.uuencoded(PE, "a.exe"))
    return {
        "message": mixed(COVER, part(_RFC822, _INNER)),
        "message alone": builders.mail(part(_RFC822, _INNER)),
        "message in a message": _wrap(_INNER, 2),
        "five messages deep": _wrap(_INNER, 5),
        "twenty messages deep": _wrap(_INNER, 20),
        "message with a page that builds a file": mixed(
            part(_RFC822, builders.mail(builders.text(smuggler(), "html")))
        ),
        "message with uuencode": mixed(part(_RFC822, uu)),
        "message without a header": mixed(
            part(_RFC822, builders.multipart(_FILE).replace(b"\r\n\r\n", b"\r\n\r\n", 1))
        ),
        "message with a name": with_part(
            _RFC822 + 'Content-Disposition: attachment; filename="forwarded.eml"\n', _INNER
        ),
        "message in base64": with_part(_RFC822 + "Content-Transfer-Encoding: base64\n", b64(_INNER)),
        "message of RFC 6532": mixed(COVER, part("Content-Type: message/global\n", _INNER)),
        "message of RFC 6532 in base64": with_part(
            "Content-Type: message/global\nContent-Transfer-Encoding: base64\n", b64(_INNER)
        ),
        "message of an unknown kind": mixed(COVER, part("Content-Type: message/x-unknown\n", _INNER)),
        "message of news": mixed(COVER, part("Content-Type: message/news\n", _INNER)),
        "message of HTTP": mixed(
            COVER,
            part(
                "Content-Type: message/http\n",
                b"HTTP/1.1 200 OK\r\nContent-Type: application/x-exe\r\n\r\n" + ELF[:40].replace(b"\0", b"\1"),
            ),
        ),
        "report that returns a program": mixed(COVER, report, part(_RFC822, _INNER), subtype="report", params=params),
        "report with the headers and a body": mixed(
            COVER, report, part("Content-Type: text/rfc822-headers\n", _INNER), subtype="report", params=params
        ),
        "report with a fourth part": mixed(
            COVER, report, part(_RFC822, builders.message()), _FILE, subtype="report", params=params
        ),
        "report with a program for its text": mixed(_FILE, report, subtype="report", params=params),
        "digest of messages": mixed(part("", builders.message()), part("", _INNER), subtype="digest"),
    }


def _files() -> dict[str, Source]:
    mbox = b"From a@b Mon Mar  3 10:00:00 2025\r\n" + _INNER + b"\r\n"
    winmail = containers.tnef("invoice.exe", PE)
    return {
        "message as a file": attached(_INNER, "application/octet-stream", "forwarded.eml"),
        "message as a text file": attached(_INNER, "text/plain", "forwarded.txt"),
        "message as a photo": attached(_INNER, "image/jpeg", "photo.jpg"),
        "mailbox": attached(mbox, "application/mbox", "mails.mbox"),
        "part as a PDF": attached(_FILE, "application/pdf", "report.pdf"),
        "TNEF": attached(winmail, "application/ms-tnef", "winmail.dat"),
        "TNEF without a name": with_part(
            "Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n", b64(winmail)
        ),
        "TNEF as a photo": attached(winmail, "image/jpeg", "photo.jpg"),
        "TNEF with a ZIP": attached(containers.tnef("photo.jpg", ZIP), "application/ms-tnef", "winmail.dat"),
        "TNEF with a script": attached(containers.tnef("a.js", JSCRIPT), "application/vnd.ms-tnef", "winmail.dat"),
        "TNEF in a TNEF": attached(containers.tnef("winmail.dat", winmail), "application/ms-tnef", "winmail.dat"),
        "TNEF, cut": attached(winmail[:-100], "application/ms-tnef", "winmail.dat"),
        "TNEF with a wrong length": attached(
            winmail[:11] + b"\xff\xff\xff\x7f" + winmail[15:], "application/ms-tnef", "winmail.dat"
        ),
        "TNEF with a photo and a program behind it": attached(
            containers.tnef("a.jpg", builders.photo()) + PE, "application/ms-tnef", "winmail.dat"
        ),
        "TNEF in a message": mixed(part(_RFC822, attached(winmail, "application/ms-tnef", "winmail.dat"))),
        "Outlook message": attached(containers.outlook(PE), "application/vnd.ms-outlook", "forwarded.msg"),
        "Outlook message as a photo": attached(containers.outlook(PE), "image/jpeg", "photo.jpg"),
        "compound file with a program": attached(
            containers.compound({"Contents": PE}), "application/octet-stream", "a.doc"
        ),
    }


def _secure() -> dict[str, Source]:
    entity = builders.multipart(COVER, _FILE)

    def secured(*options: str) -> Callable[[], bytes]:
        return lambda: builders.mail(containers.smime(entity, *options))

    def renamed(*options: str) -> bytes:
        made = containers.smime(entity, *options)
        return builders.mail(made.replace(b"application/pkcs7-mime", b"application/octet-stream"))

    armored = b"-----BEGIN PGP MESSAGE-----\r\n\r\n" + b64(PE) + b"=abcd\r\n-----END PGP MESSAGE-----\r\n"
    return {
        "signed, opaque": secured("-sign", "-nodetach", "-binary"),
        "signed, opaque, renamed": lambda: renamed("-sign", "-nodetach", "-binary"),
        "signed twice, opaque": lambda: builders.mail(
            containers.smime(containers.smime(entity, "-sign", "-nodetach", "-binary"), "-sign", "-nodetach", "-binary")
        ),
        "signed, clear, with a program": secured("-sign", "-binary"),
        "encrypted": secured("-encrypt", "-aes256", "-binary"),
        "plain data in S/MIME": secured("-data_create", "-binary"),
        "PGP, encrypted": mixed(
            part("Content-Type: application/pgp-encrypted\n", "Version: 1\n"),
            part('Content-Type: application/octet-stream; name="encrypted.asc"\n', armored),
            subtype="encrypted", params='; protocol="application/pgp-encrypted"',
        ),
        "PGP, encrypted part that is a program": mixed(
            part("Content-Type: application/pgp-encrypted\n", "Version: 1\n"),
            builders.part(PE, "application/octet-stream", "encrypted.asc"),
            subtype="encrypted", params='; protocol="application/pgp-encrypted"',
        ),
        "PGP, control part that is a program": mixed(
            builders.part(PE, "application/pgp-encrypted", disposition=None),
            part("Content-Type: application/octet-stream\n", armored), subtype="encrypted",
        ),
        "PGP, attached file": attached(armored, "application/pgp-encrypted", "invoice.exe.pgp"),
        "PGP, clear text with a program": mixed(
            COVER, _FILE, builders.part(b"-----BEGIN PGP SIGNATURE-----\r\n\r\nabcd\r\n-----END PGP SIGNATURE-----\r\n",
                                        "application/pgp-signature", "signature.asc"),
            subtype="signed", params='; protocol="application/pgp-signature"; micalg=pgp-sha256',
        ),
        "signature with a program behind it": lambda: _trailing(entity),
    }  # fmt: skip


def _trailing(entity: bytes) -> bytes:
    del entity
    raw = builders.mail(containers.smime(builders.text(), "-sign", "-binary"))
    at = raw.rindex(b"\r\n\r\n--") if b"\r\n\r\n--" in raw else len(raw)
    return raw[:at] + b"\r\n" + b64(PE) + raw[at:]


def _studio() -> dict[str, Source]:
    return {
        "message with a program in an archive": attached(
            builders.zip_of({"mail.eml": _INNER}), "application/zip", "mails.zip"
        ),
        "TNEF with a program in an archive": attached(
            builders.zip_of({"winmail.dat": containers.tnef("a.exe", PE)}), "application/zip", "mails.zip"
        ),
        "Outlook message in an archive": attached(
            builders.zip_of({"a.msg": containers.outlook(PE)}), "application/zip", "mails.zip"
        ),
        "archive in a message in an archive": attached(
            builders.zip_of({"mail.eml": attached(ZIP, "application/zip", "a.zip")}), "application/zip", "mails.zip"
        ),
        "message as a text": attached(_INNER, "text/plain", "mail.txt"),
    }
