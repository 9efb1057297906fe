"""File names that some client reads as a program's, on content that is a photo: the name alone must decide.

RFC 2231, RFC 2047 in parameters, Windows' rules for names (trailing dots and blanks, streams, classes), Unicode
(UTR 36: bidirectional and invisible characters).
"""

from tests import builders
from tests.detection.case import STUDIO, Case, Source, hostile
from tests.detection.mails import attached, b64, with_part
from tests.detection.payloads import JSCRIPT, PE

_DISPOSITION = {
    "no trick": 'filename="photo.exe"',
    "double extension": 'filename="photo.jpg.exe"',
    "many blanks before the extension": f'filename="photo.jpg{" " * 150}.exe"',
    "upper case": 'filename="PHOTO.EXE"',
    "trailing dot": 'filename="photo.exe."',
    "trailing blank": 'filename="photo.exe "',
    "trailing dots and blanks": 'filename="photo.exe. . ."',
    "trailing no-break space": 'filename="photo.exe\u00a0"',
    "right-to-left override": 'filename="photo\u202egpj.exe"',
    "right-to-left override, encoded": "filename*=utf-8''photo%E2%80%AEgpj.exe",
    "right-to-left isolate": 'filename="photo\u2067gpj.exe\u2069"',
    "zero-width space in the extension": 'filename="photo.e\u200bxe"',
    "soft hyphen in the extension": 'filename="photo.e\u00adxe"',
    "byte order mark in the extension": 'filename="photo.\ufeffexe"',
    "one dot leader for the dot": 'filename="photo\u2024exe"',
    "ideographic full stop": 'filename="photo\u3002exe"',
    "full-width letters": 'filename="photo\uff0e\uff45\uff58\uff45"',
    "stream behind a photo": 'filename="photo.jpg:evil.exe"',
    "data stream of a program": 'filename="photo.exe::$DATA"',
    "class identifier": 'filename="photo.jpg.{00020900-0000-0000-C000-000000000046}"',
    "class of a script": 'filename="photo.jpg.{06290BD5-48AA-11D2-8432-006008C3FBFC}"',
    "path with a program at its end": 'filename="C:\\\\photo.jpg\\\\evil.exe"',
    "path of a program with an empty end": 'filename="evil.exe/"',
    "percent-encoded dot": 'filename="photo%2Eexe"',
    "percent-encoded zero": 'filename="photo.exe%00.jpg"',
    "percent-encoded in RFC 2231 twice": "filename*=utf-8''photo%252Eexe",
    "RFC 2231": "filename*=utf-8''photo%2Eexe",
    "RFC 2231 with an unknown charset": "filename*=x-nowhere''photo%2Eexe",
    "RFC 2231 without a charset": "filename*=''photo.exe",
    "RFC 2231 without quotes": "filename*=photo.exe",
    "RFC 2231 in quotes": "filename*=\"utf-8''photo.exe\"",
    "RFC 2231 in pieces": 'filename*0="photo.e"; filename*1="xe"',
    "pieces out of order": 'filename*1="xe"; filename*0="photo.e"',
    "pieces with a leading zero": 'filename*00="photo.e"; filename*01="xe"',
    "pieces encoded and not": "filename*0*=utf-8''photo%2E; filename*1=exe",
    "pieces with a gap": 'filename*0="photo.exe"; filename*2=".jpg"',
    "pieces beside a whole name": 'filename="photo.jpg"; filename*0="photo.e"; filename*1="xe"',
    "encoded name beside a plain one": "filename=\"photo.jpg\"; filename*=utf-8''photo.exe",
    "plain name beside an encoded one": "filename*=utf-8''photo.jpg; filename=\"photo.exe\"",
    "two names, the second": 'filename="photo.jpg"; filename="photo.exe"',
    "two names, the first": 'filename="photo.exe"; filename="photo.jpg"',
    "upper-case parameter": 'FILENAME="photo.exe"; filename="photo.jpg"',
    "encoded word, B": 'filename="=?utf-8?B?cGhvdG8uZXhl?="',
    "encoded word, Q": "filename==?utf-8?Q?photo=2Eexe?=",
    "two encoded words": 'filename="=?utf-8?Q?photo=2Ee?= =?utf-8?Q?xe?="',
    "encoded word with a tail": 'filename="=?utf-8?Q?photo?=.exe"',
    "encoded word in UTF-7": 'filename="=?utf-7?Q?photo+AC4-exe?="',
    "encoded word in UTF-16": 'filename="=?utf-16be?B?AHAALgBlAHgAZQ==?="',
    "name with a semicolon, unquoted": "filename=photo.jpg;.exe",
    "name with blanks, unquoted": "filename=photo of.jpg .exe",
    "name without a closing quote": 'filename="photo.exe',
    "quoted pair in the extension": 'filename="photo.e\\xe"',
    "single quotes": "filename='photo.exe'",
    "blanks around the equal sign": 'filename = "photo.exe"',
    "comment behind": 'filename="photo.exe" (photo.jpg)',
    "comment before": 'filename=(photo.jpg)"photo.exe"',
    "fold in the extension": 'filename="photo.e\n xe"',
    "tab in the extension": 'filename="photo.e\txe"',
    "very long": f'filename="{"a" * 3000}.exe"',
    "nothing but an extension": 'filename=".exe"',
    "shortcut behind a photo": 'filename="photo.jpg.lnk"',
    "newline encoded": "filename*=utf-8''photo.exe%0A.jpg",
    "name of a known folder's script": 'filename="photo.jpg.search-ms"',
}

_CONTENT_TYPE = {
    "name of the type alone": 'Content-Type: image/jpeg; name="photo.exe"\n',
    "name beside a filename": 'Content-Type: image/jpeg; name="photo.exe"\n'
    'Content-Disposition: attachment; filename="photo.jpg"\n',
    "name encoded beside a filename": "Content-Type: image/jpeg; name*=utf-8''photo.exe\n"
    'Content-Disposition: attachment; filename="photo.jpg"\n',
    "filename on the type": 'Content-Type: image/jpeg; filename="photo.exe"\n',
    "name on the disposition": 'Content-Type: image/jpeg\nContent-Disposition: attachment; name="photo.exe"\n',
    "two dispositions": 'Content-Type: image/jpeg\nContent-Disposition: attachment; filename="photo.jpg"\n'
    'Content-Disposition: attachment; filename="photo.exe"\n',
    "two types": 'Content-Type: image/jpeg; name="photo.exe"\nContent-Type: image/jpeg; name="photo.jpg"\n',
    "disposition without a word": 'Content-Type: image/jpeg\nContent-Disposition: filename="photo.exe"\n',
    "disposition with only a semicolon": 'Content-Type: image/jpeg\nContent-Disposition: ; filename="photo.exe"\n',
    "unknown disposition": 'Content-Type: image/jpeg\nContent-Disposition: x-show; filename="photo.exe"\n',
}


def cases() -> list[Case]:
    """Return the class file names."""
    photo = b64(builders.photo())
    encoding = "Content-Transfer-Encoding: base64\n"
    sent: dict[str, Source] = {
        name: with_part(f"Content-Type: image/jpeg\n{encoding}Content-Disposition: attachment; {value}\n", photo)
        for name, value in _DISPOSITION.items()
    }
    sent |= {name: with_part(fields + encoding, photo) for name, fields in _CONTENT_TYPE.items()}
    sent["NUL in the name"] = with_part(
        f'Content-Type: image/jpeg\n{encoding}Content-Disposition: attachment; filename="photo.exe\0.jpg"\n', photo
    )
    hidden = {
        "program under a member name with a zero": builders.zip_of({"notes.txt": PE}).replace(
            b"notes.txt", b"a.exe\0txt"
        ),
        "script under a member name with a bidi override": builders.zip_of({"notes\u202etxt.js": JSCRIPT}),
        "script with a trailing dot in an archive": builders.zip_of({"notes.js.": JSCRIPT}),
        "script with a stream in an archive": builders.zip_of({"notes.txt:a.js": JSCRIPT}),
        "climbing path in an archive": builders.zip_of({"../../Startup/a.bat": b"calc\r\n"}),
    }
    archives = {name: attached(content, "application/zip", "notes.zip") for name, content in hidden.items()}
    return hostile("file names", sent) + hostile("file names", archives, STUDIO)
