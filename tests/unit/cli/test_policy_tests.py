"""Tests inside policy files: the sample that is sent. The rest needs a child, see test_policy_lint.py."""

from email import message_from_bytes
from pathlib import Path

import pytest

from gateway.cli import policy_tests
from gateway.cli.policy_tests import failing


def test_no_tests_start_nothing(tmp_path: Path) -> None:
    """No child is forked for them."""
    assert failing((), tmp_path) == []


@pytest.mark.parametrize("name", ["a.pdf", "ä b.pdf"])
def test_file_is_attached_under_its_name_without_a_type(tmp_path: Path, name: str) -> None:
    """So that the result is the same on every machine."""
    (tmp_path / name).write_bytes(b"%PDF-\n")
    made = message_from_bytes(policy_tests._message(tmp_path / name))
    part = [*made.walk()][2]

    assert (part.get_content_type(), part.get_payload(decode=True)) == ("application/octet-stream", b"%PDF-\n")


def test_message_is_taken_as_it_is(tmp_path: Path) -> None:
    """With the line ends of SMTP."""
    (tmp_path / "a.eml").write_bytes(b"Subject: x\n\nhello\n")

    assert policy_tests._message(tmp_path / "a.eml") == b"Subject: x\r\n\r\nhello\r\n"
