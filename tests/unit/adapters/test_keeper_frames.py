"""What travels between worker and keeper arrives as it was."""

import pytest

from gateway.adapters.keeper_frames import Done, Host, Keep, Settle, decode_done, decode_question, encode, framed
from gateway.adapters.sandbox.frames import HEADER, MAX_FRAME
from tests.unit.adapters.kept import CASE
from tests.unit.adapters.sql.hosting import new


def test_question_and_answer_round_trip() -> None:
    """Every field of a case and of a file, enums included; and which question it is."""
    for question in (Keep(CASE, 7), Host(new()), Settle("m1", delivered=True)):
        assert decode_question(encode(question)) == question
    assert decode_done(encode(Done("full", "https://a.example/t"))) == Done("full", "https://a.example/t")


def test_frame_begins_with_its_length() -> None:
    """As the sandbox's reader wants it, and never longer than that takes."""
    assert framed(b"abc") == HEADER.pack(3) + b"abc"
    with pytest.raises(ValueError, match="too many"):
        framed(bytes(MAX_FRAME + 1))
