"""Pictures and videos as phones, cameras and programs write them, PDFs of real producers, large files."""

import functools
import random
import struct
from collections.abc import Callable

from tests import builders
from tests.detection import media, pdfs
from tests.detection.case import STUDIO, Case, Source, honest
from tests.detection.hostile_polyglots import box, chunk, segment
from tests.detection.mails import COVER, attached, mixed

_JPEG = ("image/jpeg", "IMG_0001.jpg")
Made = tuple[Callable[[], bytes], str, str]


def cases() -> list[Case]:
    """Return the classes phones, PDFs and large files."""
    table = _photos() | _pictures() | _videos()
    return [
        *honest(
            "phones' image and video formats", {name: functools.partial(_mail, *made) for name, made in table.items()}
        ),
        *honest(
            "PDFs",
            {name: functools.partial(_mail, make, "application/pdf", "report.pdf") for name, make in _pdfs().items()},
        ),
        *honest("large files", _large()),
        *honest("phones' image and video formats", _sounds(), STUDIO),
    ]


def _mail(make: Callable[[], bytes], media_type: str, name: str) -> bytes:
    return attached(make(), media_type, name)


def jpeg(*options: str) -> bytes:
    """Return a JPEG by ImageMagick."""
    return media.image("jpg", *options)


def _exif(thumbnail: bytes = b"") -> bytes:
    """Return an EXIF block with a make and a thumbnail (CIPA DC-008)."""
    make = b"Postern\0"
    first = 8
    second = first + 2 + 12 + 4 + len(make)
    at = second + 2 + 24 + 4
    body = (
        struct.pack("<H", 1) + struct.pack("<HHII", 0x010F, 2, len(make), first + 18) + struct.pack("<I", second) + make
    )
    body += (
        struct.pack("<H", 2)
        + struct.pack("<HHII", 0x0201, 4, 1, at)
        + struct.pack("<HHII", 0x0202, 4, 1, len(thumbnail))
    )
    return segment(0xE1, b"Exif\0\0II*\0" + struct.pack("<I", first) + body + struct.pack("<I", 0) + thumbnail)


def _with_exif() -> bytes:
    photo = jpeg()
    return photo[:2] + _exif(media.image("jpg", "-thumbnail", "40x30")) + photo[2:]


def _with_xmp(xmp: str) -> bytes:
    photo = jpeg()
    text = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{xmp}</rdf:RDF></x:xmpmeta>'
    return photo[:2] + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + text.encode()) + photo[2:]


def _motion_photo() -> bytes:
    clip = builders.clip()
    xmp = (
        '<rdf:Description xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MicroVideo="1" '
        f'GCamera:MicroVideoOffset="{len(clip)}" GCamera:MotionPhoto="1"/>'
    )
    return _with_xmp(xmp) + clip


def _multi_picture() -> bytes:
    """Return two pictures in one file with an index (CIPA DC-007)."""
    first, second = jpeg(), media.image("jpg", "-resize", "80x60")
    index = b"MPF\0II*\0" + struct.pack("<I", 8) + struct.pack("<H", 3)
    index += struct.pack("<HHI4s", 0xB000, 7, 4, b"0100") + struct.pack("<HHII", 0xB001, 4, 1, 2)
    index += struct.pack("<HHII", 0xB002, 7, 32, 50) + struct.pack("<I", 0)
    base = 2 + 4 + 4
    size = len(first) + 4 + len(index) + 32
    entries = struct.pack("<IIIHH", 0x030000, size, 0, 0, 0) + struct.pack("<IIIHH", 0, len(second), size - base, 0, 0)
    return first[:2] + segment(0xE2, index + entries) + first[2:] + second


def _photos() -> dict[str, Made]:
    comment = segment(0xFE, b"CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90\n")
    return {
        "JPEG": (jpeg, *_JPEG),
        "JPEG, progressive": (lambda: jpeg("-interlace", "JPEG"), *_JPEG),
        "JPEG, grey": (lambda: jpeg("-colorspace", "Gray"), *_JPEG),
        "JPEG, CMYK": (lambda: jpeg("-colorspace", "CMYK"), *_JPEG),
        "JPEG, full chroma": (lambda: jpeg("-sampling-factor", "4:4:4"), *_JPEG),
        "JPEG, restart markers": (lambda: jpeg("-define", "jpeg:restart-interval=4"), *_JPEG),
        "JPEG, arithmetic comment": (lambda: jpeg()[:2] + comment + jpeg()[2:], *_JPEG),
        "JPEG, EXIF with a thumbnail": (_with_exif, *_JPEG),
        "JPEG, XMP": (lambda: _with_xmp('<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="x"/>'), *_JPEG),
        "JPEG, colour profile": (lambda: jpeg()[:2] + segment(0xE2, b"ICC_PROFILE\0\1\1" + bytes(3000)) + jpeg()[2:], *_JPEG),
        "JPEG, motion photo": (_motion_photo, "image/jpeg", "PXL_20250303.MP.jpg"),
        "JPEG, several pictures": (_multi_picture, *_JPEG),
        "JPEG, several pictures as MPO": (_multi_picture, "image/jpeg", "DSC_0001.jpg"),
        "JPEG, fill bytes before markers": (lambda: jpeg()[:2] + b"\xff\xff" + jpeg()[2:], *_JPEG),
        "JPEG, zeros behind": (lambda: jpeg() + bytes(64), *_JPEG),
        "JPEG from ffmpeg": (lambda: media.video("jpg", "-frames:v", "1", sound=False), *_JPEG),
        "JPEG as jfif": (jpeg, "image/jpeg", "download.jfif"),
        "JPEG as image/jpg": (jpeg, "image/jpg", "photo.jpeg"),
        "HEIC": (lambda: media.image("heic"), "image/heic", "IMG_0001.HEIC"),
        "HEIC with a thumbnail": (lambda: media.heif("-t", "64"), "image/heic", "IMG_0002.HEIC"),
        "HEIC as heif": (media.heif, "image/heif", "IMG_0003.heif"),
        "HEIC of brand mif1": (lambda: _rebranded(media.heif(), b"mif1"), "image/heic", "IMG_0004.heic"),
        "HEIC with a free box": (lambda: media.heif() + box(b"free", bytes(100)), "image/heic", "IMG_0005.heic"),
        "AVIF": (lambda: media.image("avif"), "image/avif", "photo.avif"),
    }  # fmt: skip


def _rebranded(data: bytes, brand: bytes) -> bytes:
    return data[:8] + brand + data[12:]


def _pictures() -> dict[str, Made]:
    def adobe() -> bytes:
        picture = builders.picture()
        return (
            picture[:33]
            + chunk(b"tEXt", b"Software\0Adobe ImageReady")
            + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>")
            + picture[33:]
        )

    def gif_comment() -> bytes:
        return builders.animation()[:-1] + b"!\xfe\x10Created with GIMP\0"[:2] + b"\x11Created with GIMP\0" + b";"

    return {
        "PNG": (lambda: media.image("png"), "image/png", "screen.png"),
        "PNG, interlaced": (lambda: media.image("png", "-interlace", "PNG"), "image/png", "screen.png"),
        "PNG, palette": (lambda: media.image("png", "-colors", "16"), "image/png", "screen.png"),
        "PNG, sixteen bits": (lambda: media.image("png", "-depth", "16"), "image/png", "screen.png"),
        "PNG, texts": (adobe, "image/png", "screen.png"),
        "PNG, animated": (lambda: media.video("apng", "-plays", "0", "-f", "apng", "-t", "0.3", sound=False), "image/png", "move.png"),
        "PNG from ffmpeg": (lambda: media.video("png", "-frames:v", "1", sound=False), "image/png", "frame.png"),
        "GIF": (lambda: media.image("gif"), "image/gif", "wave.gif"),
        "GIF, animated": (lambda: media.frames("gif", "-loop", "0"), "image/gif", "wave.gif"),
        "GIF, comment": (gif_comment, "image/gif", "wave.gif"),
        "GIF from ffmpeg": (lambda: media.video("gif", "-t", "0.3", sound=False), "image/gif", "wave.gif"),
        "WebP": (lambda: media.image("webp"), "image/webp", "sticker.webp"),
        "WebP, lossless": (lambda: media.image("webp", "-define", "webp:lossless=true"), "image/webp", "sticker.webp"),
        "WebP, animated": (lambda: media.frames("webp"), "image/webp", "sticker.webp"),
        "TIFF": (lambda: media.image("tiff"), "image/tiff", "scan.tif"),
        "TIFF, fax": (lambda: media.image("tiff", "-monochrome", "-compress", "Group4"), "image/tiff", "fax.tif"),
        "TIFF, several pages": (lambda: media.frames("tiff"), "image/tiff", "scan.tiff"),
        "TIFF, LZW": (lambda: media.image("tiff", "-compress", "LZW"), "image/tiff", "scan.tiff"),
        "BMP": (lambda: media.image("bmp"), "image/bmp", "paint.bmp"),
        "BMP, version 3": (lambda: media.image("bmp", "-define", "bmp:format=bmp3", "-colors", "16"), "image/bmp", "paint.bmp"),
        "icon": (lambda: media.image("ico", size="32x32"), "image/x-icon", "favicon.ico"),
        "JPEG 2000": (lambda: media.image("jp2"), "image/jp2", "scan.jp2"),
    }  # fmt: skip


def _videos() -> dict[str, Made]:
    v = media.video
    h264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac")
    return {
        "MP4": (lambda: v("mp4", *h264), "video/mp4", "VID_0001.mp4"),
        "MP4, index first": (lambda: v("mp4", *h264, "-movflags", "+faststart"), "video/mp4", "VID_0001.mp4"),
        "MP4, fragmented": (lambda: v("mp4", *h264, "-movflags", "frag_keyframe+empty_moov"), "video/mp4", "VID_0001.mp4"),
        "MP4, silent": (lambda: v("mp4", "-c:v", "libx264", sound=False), "video/mp4", "VID_0001.mp4"),
        "MP4, HEVC": (lambda: v("mp4", "-c:v", "libx265", "-tag:v", "hvc1", sound=False), "video/mp4", "VID_0001.mp4"),
        "MP4, AV1": (lambda: v("mp4", "-c:v", "libsvtav1", sound=False), "video/mp4", "VID_0001.mp4"),
        "MP4, MPEG-4": (lambda: v("mp4", "-c:v", "mpeg4"), "video/mp4", "VID_0001.mp4"),
        "MP4, place and title": (
            lambda: v("mp4", *h264, "-metadata", "title=Sea", "-metadata", "location=+54.1+012.1/"), "video/mp4", "VID_0001.mp4"),
        "MP4, free box behind": (lambda: builders.clip() + box(b"free", bytes(1000)), "video/mp4", "VID_0001.mp4"),
        "QuickTime": (lambda: v("mov", *h264), "video/quicktime", "IMG_0001.MOV"),
        "QuickTime, ProRes": (lambda: v("mov", "-c:v", "prores_ks", "-c:a", "pcm_s16le"), "video/quicktime", "IMG_0002.MOV"),
        "QuickTime, HEVC": (lambda: v("mov", "-c:v", "libx265", "-tag:v", "hvc1", "-c:a", "aac"), "video/quicktime", "IMG_0003.MOV"),
        "M4V": (lambda: v("m4v", "-f", "ipod", *h264), "video/x-m4v", "film.m4v"),
        "3GP": (lambda: v("3gp", "-c:v", "h263", "-s", "176x144", "-c:a", "aac"), "video/3gpp", "clip.3gp"),
        "3G2": (lambda: v("3g2", *h264), "video/3gpp2", "clip.3g2"),
        "WebM": (lambda: v("webm", "-c:v", "libvpx", "-c:a", "libvorbis"), "video/webm", "clip.webm"),
        "WebM, VP9": (lambda: v("webm", "-c:v", "libvpx-vp9", "-c:a", "libopus"), "video/webm", "clip.webm"),
        "Matroska": (lambda: v("mkv", *h264), "video/x-matroska", "clip.mkv"),
        "AVI": (lambda: v("avi", "-c:v", "mpeg4", "-c:a", "pcm_s16le"), "video/x-msvideo", "clip.avi"),
        "AVI, Motion JPEG": (lambda: v("avi", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p"), "video/avi", "MVI_0001.AVI"),
        "MPEG": (lambda: v("mpg", "-c:v", "mpeg2video", "-r", "25"), "video/mpeg", "clip.mpg"),
        "transport stream": (lambda: v("ts", *h264), "video/mp2t", "clip.ts"),
        "camcorder's stream": (lambda: v("m2ts", *h264), "video/mp2t", "00001.m2ts"),
        "Ogg": (lambda: v("ogv", "-c:v", "libtheora", "-c:a", "libvorbis"), "video/ogg", "clip.ogv"),
        "Windows Media": (lambda: v("wmv", "-c:v", "wmv2", "-c:a", "wmav2"), "video/x-ms-wmv", "clip.wmv"),
        "Flash video": (lambda: v("flv", "-c:v", "flv", "-ar", "44100"), "video/x-flv", "clip.flv"),
    }  # fmt: skip


def _sounds() -> dict[str, Source]:
    def sound(suffix: str, media_type: str) -> Source:
        return lambda: attached(media.video(suffix, "-map", "1:a"), media_type, f"note.{suffix}")

    return {
        "voice note, M4A": sound("m4a", "audio/mp4"),
        "voice note, Ogg": sound("ogg", "audio/ogg"),
        "voice note, MP3": sound("mp3", "audio/mpeg"),
        "voice note, WAV": sound("wav", "audio/wav"),
        "voice note, FLAC": sound("flac", "audio/flac"),
    }


def _pdfs() -> dict[str, Callable[[], bytes]]:
    script = b"%!PS\n/Helvetica findfont 20 scalefont setfont 72 700 moveto (Hello) show showpage\n" * 3
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><rect width="50" height="50" fill="red"/><text x="9" y="80">Hi</text></svg>'
    link = b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://a.example/) >> >>"
    form = {5: b"<< /FT /Tx /T (name) /V (Anna) /Type /Annot /Subtype /Widget /Rect [0 0 90 20] /P 3 0 R >>"}

    def ghostscript(*options: str) -> bytes:
        return media.pdf(
            "gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", *options, "-o", "out.pdf", "in.ps", in_ps=script
        )

    def qpdf(*options: str) -> bytes:
        return media.pdf("qpdf", *options, "in.pdf", "out.pdf", in_pdf=ghostscript())

    return {
        "Ghostscript": ghostscript,
        "Ghostscript 1.3": lambda: ghostscript("-dCompatibilityLevel=1.3"),
        "Ghostscript, archive": lambda: ghostscript("-dPDFA=2"),
        "cairo": lambda: media.pdf("rsvg-convert", "-f", "pdf", "-o", "out.pdf", "in.svg", in_svg=drawing),
        "qpdf, linear": lambda: qpdf("--linearize"),
        "qpdf, packed objects": lambda: qpdf("--object-streams=generate"),
        "qpdf, unpacked": lambda: qpdf("--qdf", "--object-streams=disable"),
        "scan": _scanned,
        "saved again": lambda: pdfs.updated(pdfs.pdf(), 1, pdfs.PAGE[1] % b"/Lang (en)"),
        "saved three times": lambda: pdfs.updated(pdfs.updated(pdfs.pdf(), 1, pdfs.PAGE[1] % b""), 1, pdfs.PAGE[1] % b"/Lang (de)"),
        "link": lambda: pdfs.pdf(page=b"/Annots [" + link + b"]"),
        "form to fill in": lambda: pdfs.pdf(b"/AcroForm << /Fields [5 0 R] >>", b"/Annots [5 0 R]", form),
        "outline that jumps": lambda: pdfs.pdf(b"/OpenAction [3 0 R /Fit] /PageMode /UseOutlines"),
        "action that jumps": lambda: pdfs.pdf(b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>"),
        "metadata": lambda: pdfs.pdf(b"/Metadata 5 0 R", more={5: pdfs.stream(b"<?xpacket begin=''?><x:xmpmeta/>", b"/Type /Metadata /Subtype /XML")}),
        "words in its text": lambda: pdfs.pdf(more={5: pdfs.stream(b"BT (about /JavaScript, /Launch and MZ) Tj ET", deflated=True)}),
        "line ends behind": lambda: builders.document() + b"\r\n\r\n",
        "from ImageMagick by hand": builders.document,
    }  # fmt: skip


def _scanned() -> bytes:
    photo = jpeg()
    fields = b"/Type /XObject /Subtype /Image /Width 160 /Height 120 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"
    return pdfs.pdf(more={4: pdfs.stream(b"q 160 0 0 120 0 0 cm /I Do Q"), 5: pdfs.stream(photo, fields)})


def _large() -> dict[str, Source]:
    def noise(count: int) -> bytes:
        return random.Random(7).randbytes(count)

    def photo() -> bytes:
        return media.image("jpg", "-quality", "98", "+noise", "Random", size="3200x2400")

    def video() -> bytes:
        return builders.clip() + box(b"mdat", b"\x00\x00\x01" + noise(18_000_000))

    def picture() -> bytes:
        return media.image("png", "+noise", "Random", size="2000x1500")

    def document() -> bytes:
        return pdfs.pdf(more={5: pdfs.stream(noise(15_000_000), b"/Type /XObject /Subtype /Image /Filter /JPXDecode")})

    return {
        "photo": lambda: attached(photo(), "image/jpeg", "large.jpg"),
        "video": lambda: attached(media.video("mkv", "-c:v", "rawvideo", "-t", "1", "-s", "960x540"), "video/x-matroska", "large.mkv"),
        "picture": lambda: attached(picture(), "image/png", "large.png"),
        "document": lambda: attached(document(), "application/pdf", "large.pdf"),
        "twelve photos": lambda: mixed(COVER, *[builders.part(media.image("jpg", "-quality", "97", "+noise", "Random", size="1000x800"), *_JPEG)] * 12),
        "video with a long index": lambda: attached(video(), "video/mp4", "large.mp4"),
    }  # fmt: skip
