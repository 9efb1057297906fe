"""Files for the tests of file types, each as small as its format allows."""

import io
import struct
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

from gateway.filetype.identified import Identified
from gateway.filetype.identify import identify
from gateway.filetype.names import UNKNOWN
from tests import builders

SECTOR = 512
FILM = ("-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=0.5")
SOUND = ("-f", "lavfi", "-i", "sine=duration=0.5")
STILL = "plasma:tan-blue[120x90]"
"""What ffmpeg and convert make files of."""
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/main.xml" ContentType="application/{}"/></Types>'
)
DOCX = "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
DOCM = "vnd.ms-word.document.macroEnabled.main+xml"


def nobody(head: bytes) -> str:
    """Sniff nothing."""
    return UNKNOWN


def found(content: bytes) -> Identified:
    """Identify content without libmagic."""
    return identify(memoryview(content), nobody)


def kinds(content: bytes) -> set[str]:
    """Return the words of what is noticed about content."""
    return {note.kind.value for note in found(content).notes}


def office(main: str = DOCX, members: Mapping[str, bytes] | None = None) -> bytes:
    """Make an Office Open XML package with a main part of the given type."""
    types = CONTENT_TYPES.format(main).encode()
    return builders.zip_of({"[Content_Types].xml": types, "main.xml": b"<x/>", **(members or {})})


def open_document(media_type: str, members: Mapping[str, bytes] | None = None) -> bytes:
    """Make an OpenDocument package."""
    return builders.zip_of({"mimetype": media_type.encode(), "content.xml": b"<x/>", **(members or {})})


def ole(*names: str, root_class: bytes = bytes(16)) -> bytes:
    """Make a compound file whose directory holds `names` (storages and streams alike)."""
    entries = b"".join(_ole_entry(name, 1, bytes(16)) for name in names)
    directory = _ole_entry("Root Entry", 5, root_class) + entries
    sectors = -(-len(directory) // SECTOR)
    chain = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)[: 76 - len(header)]
    header = header.ljust(76, b"\0") + struct.pack("<I", 0) + b"\xff" * (108 * 4)
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(SECTOR, b"\xff")
    return header + table + directory.ljust(sectors * SECTOR, b"\0")


def _ole_entry(name: str, kind: int, class_id: bytes) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    return raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1) + b"\xff" * 12 + class_id + bytes(32)


def tar_of(*names: str, content: bytes = b"text\n") -> bytes:
    """Make a tar file of regular files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def iso() -> bytes:
    """Make the part of a disk image by which it is known."""
    return bytes(32_768) + b"\x01CD001\x01\0" + bytes(2_040)


def encoded_by(tool: str, *arguments: str, ending: str, folder: Path) -> bytes:
    """Run ffmpeg or convert; the output file is its last argument."""
    target = folder / f"made.{ending}"
    quiet = ("-loglevel", "error", "-y") if tool == "ffmpeg" else ()
    subprocess.run([tool, *quiet, *arguments, target], check=True, capture_output=True)
    return target.read_bytes()
