"""Message files as they would arrive."""

from pathlib import Path

import pytest

from gateway.cli.message import read_message

NOTE = "line ends were made CR LF, as a sending program does"


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (b"a\r\nb\r\n", (b"a\r\nb\r\n", "")),
        (b"a\nb\n", (b"a\r\nb\r\n", NOTE)),
        (b"a\rb\r\nc\nd", (b"a\r\nb\r\nc\r\nd", NOTE)),
        (b"", (b"", "")),
    ],
    ids=["as on the wire", "as on a disk", "mixed", "empty"],
)
def test_line_ends_are_those_of_smtp(tmp_path: Path, held: bytes, expected: tuple[bytes, str]) -> None:
    """Told where they had to be made."""
    (tmp_path / "m.eml").write_bytes(held)

    assert read_message(tmp_path / "m.eml") == expected
