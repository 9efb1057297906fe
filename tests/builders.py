"""Messages and files for tests: what goes in is seen in the test, what comes out are exact bytes.

An *entity* is a header and a body (RFC 2045 section 2.4): `part` and `multipart` make entities, `mail` puts
the fields of an ordinary mail before one. `message` takes header lines as they are, for odd and hostile mail.
"""

import base64
import binascii
import io
import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

CRLF = b"\r\n"
SAMPLES = Path(__file__).parent / "samples"

Header = tuple[str, str]

ORDINARY: tuple[Header, ...] = (
    ("From", "Anna Sender <anna@sender.example>"),
    ("To", "Bob Reader <bob@example.test>"),
    ("Subject", "Figures for March"),
    ("Date", "Mon, 03 Mar 2025 10:00:00 +0100"),
    ("Message-ID", "<20250303100000.1@sender.example>"),
    ("MIME-Version", "1.0"),
)


def head(headers: Iterable[Header | bytes]) -> bytes:
    """Write a header block without the blank line; a line given as bytes is taken as it is."""
    lines = (line if isinstance(line, bytes) else f"{line[0]}: {line[1]}".encode() for line in headers)
    return b"".join(line + CRLF for line in lines)


def message(*, headers: Iterable[Header | bytes] = ORDINARY, body: bytes = b"Hello.\r\n") -> bytes:
    """Write header lines, a blank line and the body; nothing is encoded or added."""
    return head(headers) + CRLF + body


def mail(entity: bytes, *, headers: Iterable[Header | bytes] = ORDINARY) -> bytes:
    """Make an entity the content of an ordinary mail."""
    return head(headers) + entity


def part(
    content: bytes,
    media_type: str,
    filename: str | None = None,
    encoding: str = "base64",
    disposition: str | None = "attachment",
) -> bytes:
    """Make a leaf entity; `content` is what a reader decodes from it (line ends as they are)."""
    fields: list[Header] = [("Content-Type", media_type)]
    fields.append(("Content-Transfer-Encoding", encoding))
    if disposition is not None:
        named = f'; filename="{filename}"' if filename is not None else ""
        fields.append(("Content-Disposition", disposition + named))
    elif filename is not None:
        fields[0] = ("Content-Type", f'{media_type}; name="{filename}"')
    return message(headers=fields, body=encoded(content, encoding))


def text(content: str = "Hello.\r\n", subtype: str = "plain", encoding: str = "8bit") -> bytes:
    """Make a text body without a name, in UTF-8."""
    return part(content.encode(), f"text/{subtype}; charset=utf-8", encoding=encoding, disposition=None)


def multipart(*parts: bytes, subtype: str = "mixed", boundary: str = "=_boundary_1", params: str = "") -> bytes:
    """Put entities into a multipart; `params` is appended to its Content-Type, such as `; report-type=…`."""
    mark = boundary.encode()
    body = b"".join(b"--" + mark + CRLF + one + CRLF for one in parts) + b"--" + mark + b"--" + CRLF
    return message(headers=[("Content-Type", f'multipart/{subtype}; boundary="{boundary}"{params}')], body=body)


def encoded(content: bytes, encoding: str) -> bytes:
    """Apply a transfer encoding (RFC 2045 section 6), lines ending with CR LF."""
    match encoding:
        case "base64":
            return base64.encodebytes(content).replace(b"\n", CRLF)
        case "quoted-printable":
            lines = (binascii.b2a_qp(line, istext=False) for line in content.split(CRLF))
            return CRLF.join(line.replace(b"\n", CRLF) for line in lines)
        case "uuencode":
            chunks = (content[at : at + 45] for at in range(0, len(content), 45))
            return b"".join(binascii.b2a_uu(chunk).replace(b"\n", CRLF) for chunk in chunks)
        case _:
            return content


def uuencoded(content: bytes, name: str, mode: str = "644") -> bytes:
    """Make a uuencoded block as it stands in a text body."""
    return f"begin {mode} {name}\r\n".encode() + encoded(content, "uuencode") + b"`\r\nend\r\n"


def photo() -> bytes:
    """Return a small JPEG."""
    return (SAMPLES / "photo.jpg").read_bytes()


def picture() -> bytes:
    """Return a small PNG."""
    return (SAMPLES / "picture.png").read_bytes()


def animation() -> bytes:
    """Return a GIF of three frames."""
    return (SAMPLES / "animation.gif").read_bytes()


def clip() -> bytes:
    """Return a second of MP4: H.264 and AAC."""
    return (SAMPLES / "clip.mp4").read_bytes()


def document() -> bytes:
    """Return a PDF of one page without anything active."""
    return (SAMPLES / "document.pdf").read_bytes()


def program() -> bytes:
    """Return a Windows program (PE32) that would only return."""
    dos = b"MZ" + bytes(58) + struct.pack("<I", 64)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", 0x14C, 1, 0, 0, 0, 224, 0x0102)
    optional = struct.pack("<HBBIIIIII", 0x10B, 8, 0, 512, 0, 0, 0x1000, 0x1000, 0x2000)
    optional += struct.pack("<IIIHHHHHHIIIIHH", 0x400000, 0x1000, 512, 4, 0, 0, 0, 4, 0, 0, 0x2000, 512, 0, 3, 0)
    optional += struct.pack("<IIIIII", 0x100000, 0x1000, 0x100000, 0x1000, 0, 16) + bytes(128)
    section = b".text\0\0\0" + struct.pack("<IIIIIIHHI", 16, 0x1000, 512, 512, 0, 0, 0, 0, 0x60000020)
    return (dos + coff + optional + section).ljust(512, b"\0") + b"\x31\xc0\xc3".ljust(512, b"\0")


def zip_of(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a ZIP whose bytes depend on its members only."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2025, 3, 3, 10, 0, 0))
            info.compress_type = compression
            archive.writestr(info, content)
    return out.getvalue()


def eicar() -> bytes:
    """Return the EICAR test file, joined at run time so that no scanner stops at this source."""
    return b"".join((b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STAND", b"ARD-ANTIVIRUS-TEST-FILE!$H+H*"))
