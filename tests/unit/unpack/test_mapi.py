"""What MAPI properties mean for a mail."""

from gateway.unpack import mapi


def test_every_name_counts_once() -> None:
    """Long, short and display name, in the order in which programs prefer them."""
    assert mapi.names({0x3707: "long.exe\0", 0x3704: "LONG~1.EXE", 0x3001: "long.exe", 0x370E: "x/y"}) == (
        "long.exe",
        "LONG~1.EXE",
    )


def test_declared_type_is_lower_case() -> None:
    """As for any other part; a value of another kind claims nothing."""
    assert mapi.media_type({0x370E: "Image/PNG\0"}) == "image/png"
    assert mapi.media_type({0x370E: b"x"}) == ""
