"""PDFs with passwords."""

import subprocess
import sys

import pytest

from gateway.unpack.opener import Unreadable
from gateway.unpack.pdf_locks import unlocked
from tests.unit.unpack import documents


@pytest.mark.parametrize("name", ["owner128.pdf", "owner256.pdf"])
def test_empty_password_opens(name: str) -> None:
    """The owner's password protects nothing that could be read."""
    assert unlocked(memoryview(documents.sample(name))) is not None


@pytest.mark.parametrize("content", [documents.sample("user256.pdf"), documents.pdf(trailer=b"<</Encrypt 1>>"), b""])
def test_what_does_not_open_is_locked(content: bytes) -> None:
    """Whether it needs a password or is broken."""
    assert unlocked(memoryview(content)) is None


def test_object_that_is_missing_is_unreadable() -> None:
    """An object of an old revision, say."""
    data = unlocked(memoryview(documents.sample("owner256.pdf")))

    assert data is not None
    with pytest.raises(Unreadable):
        data(999)


def test_library_is_loaded_for_the_first_locked_file_only() -> None:
    """What every process loads without need is memory of the gateway."""
    script = "import sys, gateway.examine; print({'pypdf', 'cryptography'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"
