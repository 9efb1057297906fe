"""Which walk proves which type; a type that has one counts only where its walk says so."""

from collections.abc import Mapping

from gateway.filetype.applefile import appledouble
from gateway.filetype.boxes import boxes
from gateway.filetype.ebml import ebml
from gateway.filetype.jpeg import codestream, jpeg
from gateway.filetype.pictures import gif, png
from gateway.filetype.rasters import bmp, icon
from gateway.filetype.riffs import riff
from gateway.filetype.streams import asf, flv, mpeg, ogg, transport
from gateway.filetype.structure import Structure, Walk
from gateway.filetype.tiff import tiff

_PRINTABLE = bytes((*b"\t\n\r", *range(0x20, 0x7F)))
_LEAST = 64


def _jp2(view: memoryview) -> Structure | None:
    return codestream(view) if view[0] == 0xFF else boxes(view)


def _jxl(view: memoryview) -> Structure | None:
    """Prove JPEG XL; its bare codestream (two bytes of signature) by all that can be said: that it is no text."""
    if view[0] != 0xFF:
        return boxes(view)
    head = bytes(view[2:1024])
    packed = len(head.translate(None, _PRINTABLE))
    return Structure(None) if len(head) >= _LEAST and packed * 3 > len(head) else None


WALK_OF: Mapping[str, Walk] = {
    "image/jpeg": jpeg,
    "image/png": png,
    "image/gif": gif,
    "image/webp": riff,
    "image/bmp": bmp,
    "image/x-icon": icon,
    "image/tiff": tiff,
    "image/heic": boxes,
    "image/heif": boxes,
    "image/avif": boxes,
    "image/jp2": _jp2,
    "image/jxl": _jxl,
    "video/mp4": boxes,
    "video/quicktime": boxes,
    "video/x-m4v": boxes,
    "video/3gpp": boxes,
    "video/3gpp2": boxes,
    "audio/mp4": boxes,
    "video/webm": ebml,
    "video/x-matroska": ebml,
    "audio/x-matroska": ebml,
    "video/x-msvideo": riff,
    "audio/wav": riff,
    "video/mpeg": mpeg,
    "video/mp2t": transport,
    "video/x-ms-asf": asf,
    "video/x-flv": flv,
    "video/ogg": ogg,
    "audio/ogg": ogg,
    "application/applefile": appledouble,
}
