"""Encoders of the historic encodings, written from their descriptions and sharing nothing with the decoders."""

import base64
import binascii

XX = "+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
HQX = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"


def _sextets(content: bytes, alphabet: str) -> str:
    bits = "".join(f"{byte:08b}" for byte in content)
    bits += "0" * (-len(bits) % 6)
    return "".join(alphabet[int(bits[at : at + 6], 2)] for at in range(0, len(bits), 6))


def xxencoded(content: bytes, name: str = "setup.exe", line_end: str = "\r\n") -> bytes:
    """Encode as xxencode does."""
    lines = [f"begin 644 {name}"]
    for at in range(0, len(content), 45):
        line = content[at : at + 45]
        lines.append(XX[len(line)] + _sextets(line.ljust(-(-len(line) // 3) * 3, b"\0"), XX))
    return (line_end.join((*lines, "+", "end")) + line_end).encode()


def base64_block(content: bytes, name: str = "setup.exe") -> bytes:
    """Encode as `uuencode -m` does."""
    return f"begin-base64 644 {name}\n".encode() + base64.encodebytes(content) + b"====\n"


def yencoded(content: bytes, name: str = "setup.exe", part: str = "") -> bytes:
    """Encode in lines of 128."""
    out, line = [], b""
    for byte in content:
        code = (byte + 42) % 256
        line += bytes((code,)) if code not in b"\0\r\n=" else b"=" + bytes(((code + 64) % 256,))
        if len(line) >= 128:
            out.append(line)
            line = b""
    lines = b"".join(one + b"\r\n" for one in (*out, line) if one)
    head = f"=ybegin {part}line=128 size={len(content)} name={name}\r\n"
    ypart = f"=ypart begin=1 end={len(content)}\r\n" if part else ""
    return (head + ypart).encode() + lines + f"=yend size={len(content)}\r\n".encode()


def binhexed(data: bytes, resource: bytes = b"", name: str = "setup.exe") -> bytes:
    """Encode both forks as BinHex 4.0 does, runs of more than three bytes packed."""
    shown = name.encode("mac_roman")
    head = (
        bytes((len(shown),))
        + shown
        + b"\0APPLaplt\0\0"
        + len(data).to_bytes(4, "big")
        + len(resource).to_bytes(4, "big")
    )
    whole = b"".join(one + binascii.crc_hqx(one + b"\0\0", 0).to_bytes(2, "big") for one in (head, data, resource))
    packed, at = bytearray(), 0
    while at < len(whole):
        run = 1
        while run < 255 and at + run < len(whole) and whole[at + run] == whole[at]:
            run += 1
        one = b"\x90\0" if whole[at] == 0x90 else whole[at : at + 1]
        packed += one + bytes((0x90, run)) if run > 3 else one * run
        at += run
    text = ":" + _sextets(bytes(packed), HQX) + ":"
    lines = "\r\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"(This file must be converted with BinHex 4.0)\r\n\r\n{lines}\r\n".encode()


def bare_base64(content: bytes) -> bytes:
    """Encode without a word around it."""
    return base64.encodebytes(content)


def ascii85(content: bytes) -> bytes:
    """Encode as Adobe does."""
    return base64.a85encode(content, wrapcol=76, adobe=True) + b"\n"


def hexadecimal(content: bytes) -> bytes:
    """Write a dump of digits."""
    digits = content.hex()
    return "\n".join(digits[at : at + 64] for at in range(0, len(digits), 64)).encode() + b"\n"
