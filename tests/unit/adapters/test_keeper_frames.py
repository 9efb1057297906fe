"""What travels between worker and keeper arrives as it was."""

import pytest

from gateway.adapters.keeper_frames import Keep, Kept, decode_keep, decode_kept, encode, framed
from gateway.adapters.sandbox.frames import HEADER, MAX_FRAME
from tests.unit.adapters.kept import CASE


def test_question_and_answer_round_trip() -> None:
    """Every field of the case, enums included."""
    assert decode_keep(encode(Keep(CASE, 7))) == Keep(CASE, 7)
    assert decode_kept(encode(Kept("full"))) == Kept("full")


def test_frame_begins_with_its_length() -> None:
    """As the sandbox's reader wants it, and never longer than that takes."""
    assert framed(b"abc") == HEADER.pack(3) + b"abc"
    with pytest.raises(ValueError, match="too many"):
        framed(bytes(MAX_FRAME + 1))
