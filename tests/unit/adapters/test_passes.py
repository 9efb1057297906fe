"""A pass opens for its message, its recipients and its hour, and nothing else."""

import time
from pathlib import Path

import pytest

from gateway.adapters.passes import SECONDS, ReleasePasses

DIGEST, BOB, CAROL = "ab" * 32, "bob@acme.example", "carol@acme.example"


@pytest.fixture
def passes(tmp_path: Path) -> ReleasePasses:
    """Return passes without keys yet."""
    return ReleasePasses(tmp_path / "keys")


def test_pass_is_bound_to_bytes_and_recipients(passes: ReleasePasses) -> None:
    """Fewer recipients are fine, others are not."""
    written = passes.write(DIGEST, [BOB, CAROL])

    assert passes.is_valid(written, DIGEST, [BOB])
    assert passes.is_valid(written, DIGEST, [CAROL, BOB])
    assert not passes.is_valid(written, "cd" * 32, [BOB])
    assert not passes.is_valid(written, DIGEST, [BOB, "eve@acme.example"])


@pytest.mark.parametrize("forged", ["", "x", "a.b.c", "\ud800", "W10.aaaa.bbbb"])
def test_forged_pass_is_worth_nothing(forged: str, passes: ReleasePasses) -> None:
    """With keys, and without."""
    assert not passes.is_valid(forged, DIGEST, [BOB])
    real = passes.write(DIGEST, [BOB])

    assert not passes.is_valid(forged, DIGEST, [BOB])
    other = "A" if real[-2] != "A" else "B"  # the very last character holds bits that stand for nothing
    assert not passes.is_valid(f"{real[:-2]}{other}{real[-1]}", DIGEST, [BOB])


def test_pass_ends_after_its_hour(passes: ReleasePasses, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that was found in an archive does not pass for ever."""
    written = passes.write(DIGEST, [BOB])
    from_now = time.time() + SECONDS + 2
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: from_now)

    assert not passes.is_valid(written, DIGEST, [BOB])


def test_keys_rotate_by_a_line(passes: ReleasePasses, tmp_path: Path) -> None:
    """A new key signs, the old one still verifies until its line goes; nobody else may read the file."""
    keys = tmp_path / "keys"
    old = passes.write(DIGEST, [BOB])

    assert keys.stat().st_mode & 0o077 == 0

    first = keys.read_text()
    keys.write_text(first + "another-key\n")
    new = passes.write(DIGEST, [BOB])

    assert (passes.is_valid(old, DIGEST, [BOB]), passes.is_valid(new, DIGEST, [BOB])) == (True, True)

    keys.write_text("another-key\n")

    assert (passes.is_valid(old, DIGEST, [BOB]), passes.is_valid(new, DIGEST, [BOB])) == (False, True)

    keys.write_text("")

    assert not passes.is_valid(new, DIGEST, [BOB])
