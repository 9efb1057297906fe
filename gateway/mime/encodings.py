"""All files that stand encoded in a text, by whatever encoding mail programs or people still know.

Each search begins with a word that ordinary text lacks, so that it costs next to nothing there. A block that is
quoted ("> begin 644 …") is no file: no reader decodes it.
"""

from collections.abc import Iterator

from gateway.mime.armour import find_pgp
from gateway.mime.bare import find_bare, find_inline
from gateway.mime.binhex import find_binhex
from gateway.mime.buffer import Buffer
from gateway.mime.encodedfile import EncodedFile
from gateway.mime.uuencode import decode_block, find_blocks
from gateway.mime.xxencode import find_base64, find_xx
from gateway.mime.yenc import find_yenc


def find_encoded(text: Buffer) -> Iterator[EncodedFile]:
    """Yield the files in the order of the encodings."""
    if text.find(b"begin") >= 0:
        for block in find_blocks(text):
            damage = "uuencode" if block.is_damaged else ""
            yield EncodedFile("uu", block.name, decode_block(text, block), damage, span=block.span)
        yield from find_xx(text)
        if text.find(b"begin-base64") >= 0:
            yield from find_base64(text)
        yield from find_yenc(text)
    yield from find_binhex(text)
    yield from find_pgp(text)
    yield from find_inline(text)
    yield from find_bare(text)
