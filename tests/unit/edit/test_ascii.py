"""Text for places whose character set nobody knows."""

from gateway.edit.ascii import in_ascii


def test_letters_are_spelled_as_one_types_them() -> None:
    """Umlauts, accents, and marks that only typesetters have."""
    assert in_ascii("Größe \u2013 été œuvre \u201cñ\u201d 日") == b'Groesse - ete oeuvre "n" ?'
