"""yEnc: pieces, wrong sizes, and manuals."""

from gateway.mime.yenc import find_yenc
from tests import builders
from tests.unit.mime import encoders


def test_piece_of_a_file_is_told() -> None:
    """A multi-part file is completed by other messages."""
    (one,) = find_yenc(encoders.yencoded(builders.program(), part="part=1 total=2 "))

    assert one.is_piece


def test_wrong_size_is_damage() -> None:
    """Lenient readers decode it, strict ones refuse it."""
    (one,) = find_yenc(encoders.yencoded(builders.program()).replace(b"size=1024", b"size=1023"))

    assert one.damage
    assert b"".join(one.chunks) == builders.program()


def test_files_without_ends_are_kept_apart() -> None:
    """The next beginning ends a file that has no end."""
    one = encoders.yencoded(builders.program()).partition(b"=yend")[0]

    assert [b"".join(found.chunks) for found in find_yenc(one + one)] == [builders.program()] * 2
