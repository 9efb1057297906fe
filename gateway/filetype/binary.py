"""Types that show themselves in their first bytes: programs, archives, images, containers.

Only for content that is not text: prose may well begin with "MZ" or "BM".
"""

import re

from gateway.filetype import media

_STARTS: tuple[tuple[bytes, str], ...] = (
    (rb"MZ|ZM", "application/x-dosexec"),
    (rb"\x7fELF", "application/x-executable"),
    (rb"\xca\xfe\xba\xbe\0\0\0[\x01-\x2a]|\xca\xfe\xba\xbf", "application/x-mach-binary"),
    (rb"\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe", "application/x-mach-binary"),
    (rb"\xca\xfe\xba\xbe|\xca\xfe\xd0\x0d", "application/x-java-applet"),
    (rb"\0asm", "application/wasm"),
    (rb"L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut"),
    (rb"[FCZ]WS[\x01-\x40]", "application/x-shockwave-flash"),
    (rb"Cr24", "application/x-chrome-extension"),
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"II\*\0|MM\0\*|II\+\0|MM\0\+", "image/tiff"),
    (rb"BM.{4}\0{4}.{4}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\0\0\0", "image/bmp"),
    (rb"\0\0\x01\0[\x01-\xff]\0.{3}[\0\xff].{8}(?!\0{4}).{2}\0\0", "image/x-icon"),
    (rb"8BPS\0[\x01\x02]", "image/vnd.adobe.photoshop"),
    (rb"PK\x03\x04|PK\x05\x06|PK00PK\x03\x04|PK\x07\x08PK\x03\x04", "application/zip"),
    (rb"\x1f\x8b\x08", "application/gzip"),
    (rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)", "application/x-bzip2"),
    (rb"\xfd7zXZ\0", "application/x-xz"),
    (rb"\x28\xb5\x2f\xfd", "application/zstd"),
    (rb"LZIP[\0\x01]", "application/x-lzip"),
    (rb"\x04\x22\x4d\x18|\x02\x21\x4c\x18", "application/x-lz4"),
    (rb"\x1f[\x9d\xa0]", "application/x-compress"),
    (rb"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (rb"Rar!\x1a\x07|RE~\^", "application/vnd.rar"),
    (rb"MSCF\0{4}|ISc\(", "application/vnd.ms-cab-compressed"),
    (rb"\x60\xea.{8}[\0-\x0b]", "application/x-arj"),
    (rb".{7}\*\*ACE\*\*", "application/x-ace-compressed"),
    (rb"..-l[hz][0-9ds]-", "application/x-lha"),
    (rb"!<arch>\ndebian", "application/vnd.debian.binary-package"),
    (rb"!<arch>\n", "application/x-archive"),
    (rb"07070[127]|\xc7q.{19}[\0-\x0f]|q\xc7.{18}[\0-\x0f]", "application/x-cpio"),
    (rb"\xed\xab\xee\xdb", "application/x-rpm"),
    (rb"xar!", "application/x-xar"),
    (rb"MSWIM\0\0\0", "application/x-ms-wim"),
    (rb"\0\x05\x16\x07\0\x02\0\0", "application/applefile"),
    (rb"vhdxfile", "application/x-vhdx"),
    (rb"conectix", "application/x-virtualbox-vhd"),
    (rb"QFI\xfb", "application/x-qemu-disk"),
    (rb"KDMV[\1-\3]\0{3}|COWD\1\0{3}", "application/x-vmdk"),
    (rb"<<< .{0,40}VirtualBox Disk Image >>>|.{64}\x7f\x10\xda\xbe", "application/x-virtualbox-vdi"),
    (rb"hsqs.{24}\4\0", "application/x-raw-disk-image"),
    (rb"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (rb"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", "application/msonenote"),
    (rb"\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f", "application/msonenote"),
    (rb"ITSF\x03\0", "application/vnd.ms-htmlhelp"),
    (rb"\?_\x03\0", "application/winhelp"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (rb"\0\x01\0\0Standard (?:Jet|ACE) DB", "application/x-msaccess"),
    (rb"SQLite format 3\0", "application/vnd.sqlite3"),
)  # fmt: skip

_BY_START = re.compile(b"|".join(b"(" + pattern + b")" for pattern, _ in _STARTS), re.DOTALL)
_ISO_AT, _ISO = 32_769, b"CD001"
_UDF = (b"BEA01", b"NSR02", b"NSR03")
_EXT = re.compile(rb"\x53\xef..[\1-\3]\0.{14}[\0\1]\0{3}", re.DOTALL)
_FAT = (b"FAT12", b"FAT16", b"FAT32")
_TAR_MAGIC = slice(257, 262)
_TAR_SUM = slice(148, 156)


def by_start(head: bytes) -> str:
    """Return the type that the first bytes show; empty where they show none."""
    if found := _BY_START.match(head):
        return _STARTS[(found.lastindex or 1) - 1][1]
    return media.iso_bmff(head) or media.ebml(head) or media.riff(head) or media.transport(head)


def by_place(view: memoryview) -> str:
    """Return the type that a mark further inside shows (tar, disk images); empty where there is none.

    Such files may begin with any bytes at all, so they can hide behind another type's first bytes.
    """
    if is_tar_header(bytes(view[:512])):
        return "application/x-tar"
    if bytes(view[_ISO_AT : _ISO_AT + 5]) == _ISO:
        return "application/x-iso9660-image"
    if bytes(view[_ISO_AT : _ISO_AT + 5]) in _UDF:
        return "application/x-udf-image"
    trailer = bytes(view[-512:-504]) if len(view) >= 512 else b""
    if trailer.startswith(b"koly\0\0\0\x04"):
        return "application/x-apple-diskimage"
    if trailer == b"conectix":
        return "application/x-virtualbox-vhd"
    return "application/x-raw-disk-image" if _has_file_system(view) else ""


def _has_file_system(view: memoryview) -> bool:
    """Tell whether a floppy's or disk's first sectors stand at the start: FAT, NTFS, a partition table, ext, HFS."""
    first = bytes(view[:512])
    if first[510:] == b"\x55\xaa":
        names = first[3:11], first[54:59], first[82:87]
        is_named = names[0] in {b"NTFS    ", b"EXFAT   "} or names[1] in _FAT or names[2] in _FAT
        table = [first[at : at + 16] for at in range(446, 510, 16)]
        is_partitioned = any(any(one) for one in table) and all(one[0] in {0, 0x80} for one in table)
        return is_named or is_partitioned or bytes(view[512:520]) == b"EFI PART"
    return _EXT.match(view, 1080) is not None or bytes(view[1024:1028]) in {b"H+\0\4", b"HX\0\5"}


def is_tar_header(block: bytes) -> bool:
    """Tell whether a 512-byte block is a tar header that says so: POSIX or GNU mark and a right checksum."""
    return block[_TAR_MAGIC] == b"ustar" and has_tar_checksum(block)


def has_tar_checksum(block: bytes) -> bool:
    """Tell whether a 512-byte block is a tar header, as old as it may be, by its checksum."""
    try:
        claimed = int(block[_TAR_SUM].strip(b" \0") or b"0", 8)
    except ValueError:
        return False
    return len(block) == 512 and claimed == sum(block) - sum(block[_TAR_SUM]) + 8 * 0x20
