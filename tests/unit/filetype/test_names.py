"""Every detected thing has one name."""

from gateway.filetype.names import CANONICAL, DETECTED, canonical


def test_no_alias_is_a_canonical_name_or_stands_twice() -> None:
    """An alias leads to one name only."""
    aliases = [alias for also in DETECTED.values() for alias in also]

    assert sorted(set(aliases)) == sorted(aliases)
    assert set(aliases) & set(DETECTED) == set()


def test_all_names_are_lower_case_media_types() -> None:
    """Policies compare in lower case."""
    assert [name for name in CANONICAL if name != name.lower() or "/" not in name] == []


def test_aliases_lead_to_their_name_in_any_case() -> None:
    """The magic database writes some types with capitals."""
    assert canonical("image/X-MS-BMP") == "image/bmp"


def test_unknown_types_keep_their_name() -> None:
    """What the table lacks is still shown."""
    assert canonical("application/X-Rare") == "application/x-rare"
