"""Forbidden files sent openly, and forbidden files that pretend to be something else."""

from tests import builders
from tests.builders import CRLF
from tests.detection import payloads
from tests.detection.case import STUDIO, Case, Source, hostile
from tests.detection.mails import COVER, attached, b64, mixed, part, raw, with_part
from tests.detection.payloads import EICAR, ELF, FILES, HTA, JSCRIPT, LNK, PE, RTF, SHELL, SVG, VBS, ZIP, docm, jar

_LABELS = {
    "photo": ("image/jpeg", "photo.jpg"),
    "picture": ("image/png", "chart.png"),
    "video": ("video/mp4", "clip.mp4"),
    "document": ("application/pdf", "report.pdf"),
}
_MASKED = {
    "PE": PE,
    "ELF": ELF,
    "shell script": SHELL,
    "HTML application": HTA,
    "shortcut": LNK,
    "Word with macros": docm(),
    "ZIP": ZIP,
    "Java archive": jar(),
    "RTF": RTF,
    "SVG": SVG,
}


def cases() -> list[Case]:
    """Return the classes plain and masquerade."""
    return hostile("plain", _plain()) + hostile("plain", _plain_studio(), STUDIO) + hostile("masquerade", _masked())


def _plain() -> dict[str, Source]:
    sent: dict[str, Source] = {name: attached(*file) for name, file in FILES.items()}
    sent["program alone, without a multipart"] = builders.mail(
        builders.part(PE, "application/octet-stream", "invoice.exe")
    )
    sent["program in quoted-printable"] = attached(PE, "application/octet-stream", "invoice.exe", "quoted-printable")
    sent["script in 7bit"] = attached(VBS, "application/octet-stream", "run.vbs", "7bit")
    sent["program beside a photo"] = mixed(
        COVER, builders.part(builders.photo(), "image/jpeg", "a.jpg"), builders.part(PE, "application/x-exe", "b.exe")
    )
    return sent


def _plain_studio() -> dict[str, Source]:
    names = (
        "PE program",
        "JScript",
        "shortcut",
        "Word with macros",
        "ZIP with a program",
        "RTF with an object",
        "EICAR",
    )
    return {f"{name} where archives are allowed": attached(*FILES[name]) for name in names}


def _masked() -> dict[str, Source]:
    sent: dict[str, Source] = {
        f"{what} as {label}": attached(content, *claim)
        for number, (what, content) in enumerate(_MASKED.items())
        for order, (label, claim) in enumerate(_LABELS.items())
        if (number + order) % 2 == 0
    }
    photo = builders.photo()
    sent |= {
        "photo named as a program": attached(photo, "image/jpeg", "photo.exe"),
        "photo labelled as a program": attached(photo, "application/x-msdownload", "photo.jpg"),
        "photo labelled as an HTML application": attached(photo, "application/hta", "photo.jpg"),
        "PDF named as a screen saver": attached(builders.document(), "application/pdf", "report.scr"),
        "program as a text body": builders.mail(builders.part(PE, "text/plain", disposition=None)),
        "program as an HTML body": builders.mail(builders.part(PE, "text/html", disposition=None)),
        "program as the second alternative": mixed(
            COVER, builders.part(PE, "text/html", disposition=None), subtype="alternative"
        ),
        "ZIP as an inline text": mixed(COVER, builders.part(ZIP, "text/plain", disposition="inline")),
        "program as a PGP signature": mixed(
            COVER,
            builders.part(PE, "application/pgp-signature", "signature.asc"),
            subtype="signed",
            params='; protocol="application/pgp-signature"; micalg=pgp-sha256',
        ),
        "program as an S/MIME signature": mixed(
            COVER,
            builders.part(PE, "application/pkcs7-signature", "smime.p7s"),
            subtype="signed",
            params='; protocol="application/pkcs7-signature"; micalg=sha-256',
        ),
        "script as a PGP signature": mixed(
            COVER,
            builders.part(JSCRIPT, "application/pgp-signature", "signature.js"),
            subtype="signed",
            params='; protocol="application/pgp-signature"',
        ),
        "program as a delivery status": mixed(
            COVER,
            builders.part(PE, "message/delivery-status", disposition=None),
            subtype="report",
            params="; report-type=delivery-status",
        ),
        "ZIP as report headers": mixed(
            COVER,
            builders.part(ZIP, "text/rfc822-headers", disposition=None),
            subtype="report",
            params="; report-type=delivery-status",
        ),
        "program as an invitation": mixed(
            COVER, builders.part(PE, "text/calendar; method=REQUEST", disposition=None), subtype="alternative"
        ),
        "program as an inline image": mixed(
            builders.text('<img src="cid:a">\r\n', "html"),
            part("Content-Type: image/png\nContent-ID: <a>\nContent-Transfer-Encoding: base64\n", b64(PE)),
            subtype="related",
        ),
        "program without type and name": with_part("Content-Transfer-Encoding: base64\n", b64(PE)),
        "program with an unknown type": attached(PE, "x-unknown/x-unknown", "data"),
        "JScript with an image's name and no type": with_part(
            'Content-Disposition: attachment; filename="a.jpg"\n', JSCRIPT
        ),
        "program with the first bytes of a photo": attached(photo[:20] + PE, "image/jpeg", "photo.jpg"),
        "program behind a PDF's first line": attached(b"%PDF-1.7\n" + PE, "application/pdf", "report.pdf"),
        "script in UTF-16 as a photo": attached(
            b"\xff\xfe" + JSCRIPT.decode().encode("utf-16-le"), "image/jpeg", "photo.jpg"
        ),
        "old Word document as PDF": attached(
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1528), "application/pdf", "letter.pdf"
        ),
        "7-Zip file as a video": attached(b"7z\xbc\xaf\x27\x1c\0\4" + bytes(24) + PE, "video/mp4", "clip.mp4"),
        "program in a self-made type of image": attached(PE, "image/x-holiday", "holiday.img"),
        "EICAR as a photo": attached(EICAR, "image/jpeg", "photo.jpg"),
        "EICAR as a text body": builders.mail(builders.part(EICAR, "text/plain", disposition=None)),
        "HTML page as an attached text": attached(payloads.smuggler().encode(), "text/plain", "readme.txt"),
        "HTML page as PDF": attached(payloads.smuggler().encode(), "application/pdf", "invoice.pdf"),
        "program as text, alone and unencoded": raw(
            "Content-Type: application/octet-stream; name=a.exe\nContent-Transfer-Encoding: 7bit\n",
            PE.replace(b"\0", b" ").replace(b"\r", b" ").replace(b"\n", b" ").replace(b"\xc3", b"C") + CRLF,
        ),
    }
    return sent
