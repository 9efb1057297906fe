"""What is promised to whoever sniffs."""

from gateway.filetype.identified import SNIFF_HEAD


def test_sniffed_head_reaches_to_the_mark_of_a_disk_image() -> None:
    """The volume descriptor of ISO 9660 stands at byte 32,769."""
    assert SNIFF_HEAD >= 32_774
