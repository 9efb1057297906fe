"""Families turned around."""

from gateway.model.families import Family, index


def family(name: str, *ext: str) -> Family:
    return Family(name, name, frozenset(ext), frozenset({"text/plain"}), frozenset())


def test_word_leads_to_every_family_that_has_it() -> None:
    """And an unknown word to none."""
    made = index((family("text", "txt", "asc"), family("signatures", "asc")))

    assert made.names == {"text", "signatures"}
    assert dict(made.ext) == {"txt": {"text"}, "asc": {"text", "signatures"}}
    assert dict(made.detected) == {"text/plain": {"text", "signatures"}}
    assert dict(made.declared) == {}
