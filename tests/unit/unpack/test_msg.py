"""Outlook messages as files: bodies and attachments, also of messages inside."""

from hypothesis import given
from hypothesis import strategies as st

from tests import builders
from tests.unit.unpack import mapi_files
from tests.unit.unpack.walked import walked

PROGRAM = builders.program()


def test_attachments_and_body_are_found() -> None:
    """Large streams and small ones, with their names."""
    found = walked(mapi_files.compound(mapi_files.msg(("a.exe", PROGRAM), ("b.pdf", builders.document() * 9))), "x.msg")

    assert [(one.role.value, one.names, one.detected) for one in found.artifacts] == [
        ("attachment", ("x.msg",), "application/vnd.ms-outlook"),
        ("body", (), "text/plain"),
        ("member", ("a.exe",), "application/x-dosexec"),
        ("member", ("b.pdf",), "application/pdf"),
    ]
    assert found.content("2/a.exe") == PROGRAM
    assert found.content("2/b.pdf") == builders.document() * 9


def test_attached_message_is_looked_into() -> None:
    """A message inside is a storage like the outer one."""
    inner = mapi_files.msg(("setup.exe", PROGRAM), body="Inside.")
    found = walked(mapi_files.compound(mapi_files.msg(inside=inner)))

    assert [one.detected for one in found.artifacts[1:]] == ["text/plain", "text/plain", "application/x-dosexec"]
    assert found.kinds == []


def test_embedded_object_is_unreadable() -> None:
    """An object of another program is none of our formats."""
    found = walked(mapi_files.compound(mapi_files.msg(inside={"CONTENTS": b"x"})))

    assert found.kinds == ["container_unreadable"]


def test_loop_in_the_directory_is_unreadable() -> None:
    """Entries that lead back to themselves are gone through once."""
    whole = bytearray(mapi_files.compound(mapi_files.msg(("a.exe", PROGRAM))))
    at = whole.index("__attach".encode("utf-16-le"))
    whole[at + 76 : at + 80] = (0).to_bytes(4, "little")

    assert "container_unreadable" in walked(bytes(whole)).kinds


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), min_size=1, max_size=12), st.integers(0, 20_000)
)
def test_nothing_raises(flips: list[tuple[int, int]], cut: int) -> None:
    """Damage is a finding, or changes nothing."""
    whole = bytearray(mapi_files.compound(mapi_files.msg(("a.exe", PROGRAM), ("b", bytes(9000)))))
    for at, value in flips:
        whole[at % len(whole)] = value
    found = walked(bytes(whole[: max(cut, 600)]))

    assert found.spent is None
