"""Sounds and moving pictures: brands of ISO base media files, document types of EBML, forms of RIFF."""

import re

_BRANDS: tuple[tuple[bytes, str], ...] = (
    (rb"qt  ", "video/quicktime"),
    (rb"M4V[ HP]", "video/x-m4v"),
    (rb"M4[AB] |F4[AB] ", "audio/mp4"),
    (rb"3g2.", "video/3gpp2"),
    (rb"3g[eghprst].", "video/3gpp"),
    (rb"avi[fs]", "image/avif"),
    (rb"hei[cxms]|hev[cxms]", "image/heic"),
    (rb"mif1|msf1|mif2", "image/heif"),
    (rb"iso[m2-9a-c ]|mp4[12]|mp71|mmp4|avc1|hvc1|dash|cmf[cs2]", "video/mp4"),
    (rb"MSNV|nd[sx][chmps]|F4[VP] |f4v |XAVC|CAEP|niko|dby1", "video/mp4"),
)  # fmt: skip
_BRAND = re.compile(b"|".join(b"(" + pattern + b")" for pattern, _ in _BRANDS), re.DOTALL)
_STILL_PICTURES = ("image/avif", "image/heic")
_OLD_QUICKTIME = re.compile(rb"\0...(?:moov\0..\0?|wide\0\0..mdat|mdat|free|skip|pnot\0)", re.DOTALL)
_DOCTYPE = re.compile(rb"\x42\x82[\x81-\x90\x40]\x00{0,7}([a-z]+)")
_EBML_TYPES = {b"webm": "video/webm", b"matroska": "video/x-matroska"}
_RIFF_FORMS = {
    b"WEBP": "image/webp",
    b"AVI ": "video/x-msvideo",
    b"WAVE": "audio/wav",
    b"RMID": "audio/midi",
    b"ACON": "application/x-navi-animation",
}


def iso_bmff(head: bytes) -> str:
    """Return the type of an ISO base media file (ISO/IEC 14496-12) by its brands; empty for anything else."""
    if head[4:8] == b"ftyp":
        size = int.from_bytes(head[:4], "big")
        major = _brand(head[8:12])
        also = [_brand(head[at : at + 4]) for at in range(16, min(size, len(head), 256) - 3, 4)]
        if major in {"image/heif", ""}:  # "mif1" says only "a still picture": the codec stands in the other brands
            return next((one for one in also if one in _STILL_PICTURES), major or next(filter(None, also), ""))
        return major
    return "video/quicktime" if _OLD_QUICKTIME.match(head) else ""


def ebml(head: bytes) -> str:
    """Return the type of a Matroska or WebM file (RFC 8794 section 11.2.4); empty for anything else."""
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return ""
    found = _DOCTYPE.search(head, 0, 256)
    return _EBML_TYPES.get(found[1], "") if found else ""


def riff(head: bytes) -> str:
    """Return the type of a RIFF file by its form; empty for anything else."""
    return _RIFF_FORMS.get(head[8:12], "") if head.startswith(b"RIFF") else ""


def transport(head: bytes) -> str:
    """Return the type of an MPEG transport stream by its sync bytes (ISO/IEC 13818-1); empty for anything else."""
    for first, step in ((0, 188), (4, 192)):
        if len(head) > first + 4 * step and head[first : first + 5 * step : step] == b"GGGGG":
            return "video/mp2t"
    return ""


def _brand(code: bytes) -> str:
    found = _BRAND.fullmatch(code)
    return _BRANDS[(found.lastindex or 1) - 1][1] if found else ""
