"""Keys of links come from a file, newest first, as it is now."""

from pathlib import Path

import pytest

from gateway.adapters.linkkeys import LinkKeys, NoKeys, add_key


def test_keys_are_added_below_and_read_newest_first(tmp_path: Path) -> None:
    """Without a restart; nobody else may read them."""
    path = tmp_path / "link.keys"
    keys = LinkKeys(path)

    assert add_key(path) == 1
    (first,) = keys.read()
    assert add_key(path) == 2
    assert [first] == list(keys.read())[1:]
    assert len(keys.read()[0]) == 32
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_line_without_an_end_stays_a_key(tmp_path: Path) -> None:
    """An editor may have left it so."""
    path = tmp_path / "link.keys"
    path.write_text("ab" * 32)

    assert add_key(path) == 2
    assert LinkKeys(path).read()[1] == bytes.fromhex("ab" * 32)


@pytest.mark.parametrize("content", [None, b"", b"short\n", b"\xff\n", b"ab" * 32 + b"\nshort\n"])
def test_without_sound_keys_there_is_nothing_to_sign_with(content: bytes | None, tmp_path: Path) -> None:
    """The words tell what helps, and no key."""
    path = tmp_path / "link.keys"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NoKeys, match="make-link") as caught:
        LinkKeys(path).read()

    assert "abab" not in str(caught.value)
