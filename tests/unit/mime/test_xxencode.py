"""xxencode and uuencode -m, next to one another and damaged."""

import pytest

from gateway.mime.encodedfile import DamagedError
from gateway.mime.xxencode import find_base64, find_xx
from tests import builders
from tests.unit.mime import encoders


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_files_follow_one_another(line_end: str) -> None:
    """The end of one is the beginning of the next."""
    text = encoders.xxencoded(b"one", "1", line_end) + encoders.xxencoded(builders.program(), "2", line_end)

    assert [(one.name, b"".join(one.chunks)) for one in find_xx(text)] == [("1", b"one"), ("2", builders.program())]


def test_blocks_of_base64_follow_one_another() -> None:
    """As above."""
    text = encoders.base64_block(b"one", "1") + encoders.base64_block(b"two", "2")

    assert [(one.name, b"".join(one.chunks), one.damage) for one in find_base64(text)] == [
        ("1", b"one", ""),
        ("2", b"two", ""),
    ]


def test_too_many_short_lines_are_damage() -> None:
    """A real file has one."""
    (one,) = find_xx(encoders.xxencoded(b"x" * 45).replace(b"+\r\nend", b"1++\r\n" * 100_001 + b"+\r\nend"))

    with pytest.raises(DamagedError):
        sum(map(len, one.chunks))


def test_too_many_files_are_damage() -> None:
    """Nobody sends a thousand files in one text."""
    *_, last = find_xx(encoders.xxencoded(b"one") * 1_001)

    assert last.damage == "too many files"
