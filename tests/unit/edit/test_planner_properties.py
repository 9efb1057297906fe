"""Of any well-formed mail: what is stripped is gone, and all else is read as before."""

import zlib
from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from gateway.model.policy import SignedMail, Tagging
from tests import builders
from tests.unit.edit.editing import edit, outside, parsed

FILES = {"a.png": builders.picture(), "b.exe": builders.program(), "c.gif": builders.animation()}
ENCODINGS = ["base64", "quoted-printable"]

leaves = st.one_of(
    st.builds(builders.text, st.sampled_from(["Hello.\r\n", "Grüße\r\n", ""]), encoding=st.sampled_from(ENCODINGS)),
    st.builds(
        lambda name, encoding: builders.part(FILES[name], "application/octet-stream", name, encoding),
        st.sampled_from(sorted(FILES)),
        st.sampled_from(ENCODINGS),
    ),
)


def nested(inner: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Return multiparts and forwarded messages; boundaries differ by what they hold."""

    def multipart(parts: list[bytes], subtype: str) -> bytes:
        return builders.multipart(*parts, subtype=subtype, boundary=f"=_{zlib.crc32(b''.join(parts))}")

    forwarded = inner.map(lambda one: builders.part(builders.mail(one), "message/rfc822", encoding="8bit"))
    return (
        st.builds(multipart, st.lists(inner, min_size=1, max_size=3), st.sampled_from(["mixed", "related"])) | forwarded
    )


entities = st.recursive(leaves, nested, max_leaves=6)


def contents(message: EmailMessage, where: tuple[int, ...] = ()) -> dict[str, tuple[str, object]]:
    """Return type and encoded content of each leaf, by its place."""
    inside = message.get_payload()
    if isinstance(inside, list):
        found: dict[str, tuple[str, object]] = {}
        for number, part in enumerate(inside, 1):
            assert isinstance(part, EmailMessage)
            found |= contents(part, (*where, number))
        return found
    return {".".join(map(str, where)) or "1": (message.get_content_type(), inside)}


@given(entity=entities, data=st.data())
def test_stripped_part_is_gone_and_the_others_are_the_same(entity: bytes, data: st.DataObject) -> None:
    """The tree of what arrives differs in the parts that gave way, and nowhere else."""
    raw = builders.mail(entity)
    places = sorted(contents(parsed(raw)))
    chosen = data.draw(st.sets(st.sampled_from(places)))
    one = edit(raw, strip=chosen, signed_mail=SignedMail.EDIT)
    before, after = contents(parsed(raw)), contents(parsed(one.new))

    is_leaf = not parsed(raw).is_multipart()
    notices = {str(number) if is_leaf else f"{where}.{number}" for where in chosen for number in (1, 2)}

    assert after.keys() == (before.keys() - chosen) | notices
    assert all(before[where] == after[where] for where in before.keys() - chosen - notices)
    assert all(after[where][0].startswith("text/") for where in notices)
    assert len(outside(one)) <= len(raw)


@given(entity=entities)
def test_marked_message_is_read_as_before_but_for_its_banner(entity: bytes) -> None:
    """Files and structure are the same."""
    raw = builders.mail(entity)
    before = contents(parsed(raw))
    after = contents(parsed(edit(raw, tag=["x"], tagging=Tagging("[X]", banner=True)).new))
    changed = [where for where in before if before[where] != after[where]]

    assert before.keys() == after.keys()
    assert len(changed) <= 1
    assert all(str(after[where][1]).endswith(str(before[where][1])) for where in changed)
