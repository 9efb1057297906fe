"""Real files of every kind that is opened, each made once, by the type that their content shows."""

import functools

from tests import builders
from tests.builders import zip_of
from tests.detection import archives, containers, media, payloads, pdfs

_FILES = {"notes.txt": b"hello\r\n" * 20, "invoice.exe": payloads.PE}


@functools.cache
def containers_of_all_kinds() -> dict[str, list[bytes]]:
    """Return files for every opener."""
    made = [content for content, _ in archives.of_every_kind(_FILES).values()]
    action = b"/OpenAction << /S /JavaScript /JS (x) >>"
    base = pdfs.pdf(action, more={5: pdfs.object_stream({7: b"<< /A 1 >>"})})
    mail = builders.mail(builders.multipart(builders.text(), builders.part(payloads.PE, "application/x-exe", "a.exe")))
    made += [
        zip_of(_FILES),
        zip_of(_FILES, 0),
        zip_of({"a.zip": zip_of(_FILES)}),
        payloads.docx(),
        payloads.docm(),
        payloads.jar(),
        base,
        pdfs.updated(base, 1, pdfs.PAGE[1] % b""),
        builders.document(),
        containers.tnef("invoice.exe", payloads.PE),
        containers.outlook(payloads.PE),
        containers.compound({"WordDocument": bytes(600)}),
        containers.smime(mail, "-sign", "-nodetach", "-binary", "-outform", "DER"),
        payloads.smuggler().encode(),
        payloads.SVG,
        payloads.RTF,
        mail,
        payloads.ONENOTE,
        payloads.LNK,
    ]
    return {"container": [one[:60_000] for one in made]}


@functools.cache
def pictures() -> list[bytes]:
    """Return pictures and videos of every kind that is recognised."""
    made = [media.image(kind) for kind in ("jpg", "png", "gif", "webp", "tiff", "bmp", "heic", "avif", "jp2")]
    made += [media.image("ico", size="32x32"), builders.photo() + builders.clip(), builders.clip()]
    made += [
        media.video("webm", "-c:v", "libvpx"),
        media.video("avi", "-c:v", "mpeg4"),
        media.video("mov", "-c:v", "mpeg4"),
    ]
    made += [
        media.video("mpg", "-r", "25"),
        media.video("ts", "-c:v", "mpeg2video"),
        media.video("wmv", "-c:v", "wmv2", "-c:a", "wmav2"),
    ]
    return [one[:60_000] for one in made]
