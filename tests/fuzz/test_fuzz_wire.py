"""Hostile octets on the wire and in policy files: only the errors that are promised, never more bytes than came."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.yamltree import tree
from gateway.doors.smtp.parameters import parse_mail, parse_rcpt
from gateway.model.errors import Refused
from gateway.policy.assemble import assemble
from gateway.policy.parse import parse
from gateway.policy.shape import TenantFile
from gateway.policy.source import Document, PolicyErrors, Problem, Sources
from gateway.wire.dots import DataDecoder
from gateway.wire.smtp_replies import BadReply, ReplyParser
from tests.fuzz.mutation import damaged, texts, untimed
from tests.unit.policy.documents import DEFAULT, FAMILIES, TENANT, document

COMMAND = (
    "FROM:",
    "TO:",
    "<",
    ">",
    "a@b.example",
    "bob@example.test",
    "@",
    ".",
    " ",
    "SIZE=",
    "BODY=",
    "8BITMIME",
    "SMTPUTF8",
    "NOTIFY=",
    "RET=",
    "AUTH=",
    "\\",
    '"',
    "[127.0.0.1]",
    "[IPv6:",
    "]",
    "=",
    "9" * 30,
    "\u00fc",
    "\0",
    "\r",
    "\n",
    ":",
    "postmaster",
    "(",
    ",",
)
REPLY = [b"250-a\r\n250 b\r\n", b"550 5.7.1 no\r\n", b"354 go\r\n", b"250-x\r\n" * 40, b"25", b"\n", b"421 4.3.2 x\r\n"]
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                (
                    "tenant",
                    "domains",
                    "recipients",
                    "next_hop",
                    "allow",
                    "otherwise",
                    "message",
                    "limits",
                    "size",
                    "rules",
                    "when",
                    "then",
                    "x",
                )
            ),
            inner,
            max_size=5,
        )
    ),
)


@untimed
@given(
    st.lists(st.binary(max_size=40) | st.sampled_from((b"\r\n.\r\n", b"\r\n..", b"\n.\n", b"\r.\r", b".")), max_size=30)
)
def test_data_decoder_gives_no_more_than_came(chunks: list[bytes]) -> None:
    """Every octet goes to the message, to the rest, or is a dot or the end."""
    decoder = DataDecoder(1000)
    given_back = sum(len(decoder.feed(chunk)) for chunk in chunks)

    assert given_back <= sum(map(len, chunks)) + 5


@untimed
@given(texts(COMMAND), st.booleans(), st.booleans())
def test_mail_and_rcpt_are_parsed_or_refused(argument: str, esmtp: bool, utf8: bool) -> None:  # noqa: FBT001 - drawn
    """Nothing but `Refused`, whatever the argument."""
    for call in (
        lambda: parse_mail(argument, esmtp=esmtp),
        lambda: parse_rcpt(argument, esmtp=esmtp, smtputf8=utf8, postmaster="postmaster@example.test"),
    ):
        try:
            call()
        except Refused:
            continue


@untimed
@given(st.lists(damaged(REPLY) | st.binary(max_size=80), max_size=12))
def test_replies_are_parsed_or_bad(chunks: list[bytes]) -> None:
    """Nothing but `BadReply`, however a next hop stammers."""
    parser = ReplyParser()
    try:
        for chunk in chunks:
            parser.feed(chunk)
            while (reply := parser.next_reply()) is not None:
                assert 100 <= reply.code <= 599
    except BadReply:
        return


@untimed
@given(damaged([TENANT.encode(), DEFAULT.encode(), FAMILIES.encode()]))
def test_damaged_policy_is_taken_or_told(raw: bytes) -> None:
    """A file becomes a policy, or a list of problems; nothing else is raised."""
    try:
        made = tree(raw, "acme.yaml", "acme")
        assemble(Sources(document(FAMILIES, "families"), document(DEFAULT, "default"), (made,)), "1")
    except PolicyErrors:
        return


@untimed
@given(PLAIN)
def test_policy_of_any_values_is_taken_or_told(content: object) -> None:
    """Also where keys are known and values are not."""
    found: list[Problem] = []
    parse(Document("acme.yaml", "acme", content, {}, {}), TenantFile, found)  # type: ignore[arg-type]
