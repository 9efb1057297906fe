"""Which container is opened by whom, by the type that its content shows."""

from collections.abc import Mapping

from gateway.unpack.archives import open_7z, open_ar, open_cabinet, open_cpio, open_lha, open_rpm
from gateway.unpack.cms import open_cms
from gateway.unpack.images import open_iso
from gateway.unpack.msg import open_msg
from gateway.unpack.office import open_office
from gateway.unpack.oles import open_ole
from gateway.unpack.onenotes import open_onenote
from gateway.unpack.opener import Opener
from gateway.unpack.pages import open_drawing, open_page
from gateway.unpack.pdfs import open_pdf
from gateway.unpack.rars import open_rar
from gateway.unpack.rtfs import open_rtf
from gateway.unpack.streams import (
    open_bzip2,
    open_compress,
    open_gzip,
    open_lz4,
    open_lzip,
    open_lzma,
    open_xz,
    open_zstd,
)
from gateway.unpack.tars import open_tar
from gateway.unpack.tnef import open_tnef
from gateway.unpack.zips import check_package, open_zip

OPENERS: Mapping[str, Opener] = {
    "application/zip": open_zip,
    "application/x-tar": open_tar,
    "application/gzip": open_gzip,
    "application/x-bzip2": open_bzip2,
    "application/x-xz": open_xz,
    "application/x-lzma": open_lzma,
    "application/zstd": open_zstd,
    "application/x-lz4": open_lz4,
    "application/x-lzip": open_lzip,
    "application/x-compress": open_compress,
    "application/x-7z-compressed": open_7z,
    "application/vnd.rar": open_rar,
    "application/vnd.ms-cab-compressed": open_cabinet,
    "application/x-lha": open_lha,
    "application/x-archive": open_ar,
    "application/vnd.debian.binary-package": open_ar,
    "application/x-cpio": open_cpio,
    "application/x-rpm": open_rpm,
    "application/x-iso9660-image": open_iso,
    "application/pdf": open_pdf,
    "application/rtf": open_rtf,
    "application/msonenote": open_onenote,
    "application/x-ole-storage": open_ole,
    "application/msword": open_ole,
    "application/vnd.ms-excel": open_ole,
    "application/vnd.ms-powerpoint": open_ole,
    "application/vnd.visio": open_ole,
    "application/vnd.ms-publisher": open_ole,
    "application/vnd.ms-tnef": open_tnef,
    "application/pkcs7-mime": open_cms,
    "text/html": open_page,
    "image/svg+xml": open_drawing,
    "application/vnd.ms-outlook": open_msg,
}

_DOCUMENTS = (
    "application/vnd.openxmlformats-officedocument.",
    "application/vnd.oasis.opendocument.",
    "application/vnd.ms-word.",
    "application/vnd.ms-excel.",
    "application/vnd.ms-powerpoint.",
    "application/vnd.ms-visio.",
)
_PACKAGES = ("application/epub+zip", "application/java-archive", "application/vnd.android.package-archive")

SEALED = frozenset(
    (
        "application/zlib",
        "application/x-arj",
        "application/x-ace-compressed",
        "application/x-xar",
        "application/x-stuffit",
        "application/mac-binhex40",
        "application/x-udf-image",
        "application/x-apple-diskimage",
        "application/x-raw-disk-image",
        "application/x-virtualbox-vhd",
        "application/x-vhdx",
        "application/x-qemu-disk",
        "application/x-vmdk",
        "application/x-virtualbox-vdi",
        "application/x-ms-wim",
    )
)
"""Containers that are recognised and cannot be listed to their end."""

PAGES = frozenset(("text/html", "image/svg+xml"))
"""Text that seldom holds files: looked into where a mark says that it might."""

MESSAGES = frozenset(("message/rfc822", "multipart/related"))
"""Entities stored as files: mails, web archives (RFC 2557)."""


def opener_of(media_type: str) -> Opener | None:
    """Return what opens a container, or checks a document that is stored as one."""
    if media_type.startswith(_DOCUMENTS):
        return open_office
    return OPENERS.get(media_type) or (check_package if media_type in _PACKAGES else None)
