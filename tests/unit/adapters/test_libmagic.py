"""The system's magic database behind the sniff function."""

from concurrent.futures import ThreadPoolExecutor

from gateway.adapters.libmagic import Libmagic
from tests import builders

FLAC = b"fLaC\0\0\0\x22\x10\0\x10\0" + bytes(40)


def test_answer_is_canonical() -> None:
    """Its own spellings do not get out."""
    assert Libmagic()(b"FORM\0\0\0\x1eAIFFCOMM" + bytes(40)) == "audio/x-aiff"
    assert Libmagic()(builders.program()) == "application/x-dosexec"


def test_each_thread_has_its_own_handle() -> None:
    """Many threads get right answers at once."""
    sniff = Libmagic()
    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(sniff, [FLAC] * 64))

    assert answers == {"audio/flac"}
