"""The reply parser is strict and blind to segments; the writer never says what it must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.reply import CATALOGUE, Cause, Reply
from gateway.wire.smtp_replies import MAX_LINE, MAX_REPLY, BadReply, ReplyParser, render


def replies_of(*segments: bytes) -> list[Reply | str]:
    """Parse the segments; the word "bad" stands where the parser gave up."""
    parser, found = ReplyParser(), list[Reply | str]()
    for segment in segments:
        parser.feed(segment)
        try:
            while reply := parser.next_reply():
                found.append(reply)
        except BadReply:
            return [*found, "bad"]
    return found


numbers = st.integers(0, 999).map(str)
details = st.one_of(st.just(""), st.builds("{}.{}".format, numbers, numbers))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=700).map(lambda text: f"x{text}")
replies = st.builds(
    lambda code, detail, lines: Reply(code, "" if 300 <= code < 400 else detail, tuple(lines)),
    st.integers(200, 599),
    details,
    st.lists(texts, min_size=1, max_size=4),
)
noise = st.lists(
    st.sampled_from([b"250", b"250 ok", b"250-", b"251-a", b"550 5.1.1 no", b"\r", b"\n", b"\r\n", b"\0", b"99", b"x"]),
    max_size=20,
).map(b"".join)


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        (b"250 2.1.0 Ok\r\n", Reply(250, "1.0", ("Ok",))),
        (b"250\r\n", Reply(250, "", ("",))),
        (b"250 \r\n", Reply(250, "", ("",))),
        (b"250-\r\n250 2.0.0\r\n", Reply(250, "", ("", "2.0.0"))),
        (b"251 2.1.5 will forward\n", Reply(251, "1.5", ("will forward",))),
        (b"550-5.1.1 no such\r\n550 5.1.1 user\r\n", Reply(550, "1.1", ("no such", "user"))),
        (b"550-5.1.1 no such\r\n550 see 5.1.1\r\n", Reply(550, "1.1", ("no such", "see 5.1.1"))),
        (b"550 5.7 short\r\n", Reply(550, "", ("5.7 short",))),
        (b"550 5.07.1 zero\r\n", Reply(550, "", ("5.07.1 zero",))),
        (b"550 5.7.1234 long\r\n", Reply(550, "", ("5.7.1234 long",))),
        (b"550 5.7.1x\r\n", Reply(550, "", ("5.7.1x",))),
        (b"354 go on\r\n", Reply(354, "", ("go on",))),
        ("550 5.1.1 größe\r\n".encode(), Reply(550, "1.1", ("größe",))),
    ],
)
def test_reads_what_is_a_reply(wire: bytes, expected: Reply) -> None:
    """Every form of RFC 5321 section 4.2 gives one reply, with its enhanced code only where it is well-formed."""
    assert [expected] == replies_of(wire)


def test_drops_an_enhanced_code_of_another_class() -> None:
    """A 4.x.x behind 550 is neither believed nor shown."""
    assert [Reply(550, "", ("try later",))] == replies_of(b"550 4.2.0 try later\r\n")


@pytest.mark.parametrize(
    "wire",
    [
        b"\r\n",
        b"\n",
        b"ok\r\n",
        b"25 ok\r\n",
        b"2500 ok\r\n",
        b"150 wait\r\n",
        b"650 what\r\n",
        b"250\tok\r\n",
        b"250_ok\r\n",
        b" 250 ok\r\n",
        b"250-a\r\n251 b\r\n",
        b"250-a\r\n\r\n",
        b"\xff\xfe250 ok\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"250 " + b"x" * MAX_LINE,
        b"250-x\r\n" * (MAX_REPLY // 7 + 1),
    ],
)
def test_junk_is_an_error(wire: bytes) -> None:
    """What is no reply is never success, and an endless one is not collected."""
    expected = ["bad"]

    assert expected == replies_of(wire)


def test_several_replies_in_one_segment_come_in_order() -> None:
    """Answers to a pipelined group are told apart, and what was complete before junk still counts."""
    assert [Reply(250, "", ("a",)), Reply(550, "", ("b",)), "bad"] == replies_of(b"250 a\r\n550 b\r\njunk\r\n")


@given(noise)
def test_byte_by_byte_is_the_same_as_whole(wire: bytes) -> None:
    """Segment borders never change what is read."""
    assert replies_of(wire) == replies_of(*(wire[i : i + 1] for i in range(len(wire))))


@pytest.mark.parametrize("cause", CATALOGUE, ids=lambda cause: cause.word)
def test_every_reply_of_ours_reads_back(cause: Cause) -> None:
    """The code pair of each catalogue line arrives, and its classes agree."""
    [reply] = replies_of(render(cause.reply('part="a.exe"', "id=42")))

    assert isinstance(reply, Reply)
    assert (cause.code, cause.detail) == (reply.code, reply.detail)
    assert str(cause.code)[0] == reply.enhanced[0]


@given(replies, st.booleans())
def test_any_reply_reads_back(reply: Reply, utf8: bool) -> None:  # noqa: FBT001
    """Whatever the text holds, one reply with the same codes arrives, in lines of at most 512 printable octets."""
    wire = render(reply, utf8=utf8)
    [found] = replies_of(wire)

    assert isinstance(found, Reply)
    assert (reply.code, reply.enhanced) == (found.code, found.enhanced)
    for line in wire.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(line) <= 510
        assert line.decode("utf-8" if utf8 else "ascii").isprintable()


def test_long_text_goes_on_in_the_next_line() -> None:
    """A long text is cut at a space and nothing of it is lost."""
    text = " ".join(f"word{number}" for number in range(200))
    wire = render(Reply(550, "7.1", (text,)))
    [reply] = replies_of(wire)

    assert isinstance(reply, Reply)
    assert text == " ".join(reply.lines)
    assert len(reply.lines) > 1


@pytest.mark.parametrize(
    ("text", "utf8", "expected"),
    [
        ("a\r\n250 ok", False, b"550 5.7.1 a  250 ok\r\n"),
        ("a\0b\x7f", False, b"550 5.7.1 a?b?\r\n"),
        ("größe", False, b"550 5.7.1 gr??e\r\n"),
        ("größe", True, "550 5.7.1 größe\r\n".encode()),
        ("a\u202eb", True, b"550 5.7.1 a?b\r\n"),
        ("", False, b"550 5.7.1\r\n"),
    ],
)
def test_no_control_leaves(text: str, utf8: bool, expected: bytes) -> None:  # noqa: FBT001
    """Line ends, controls, bidi marks and unwanted 8-bit are replaced."""
    assert expected == render(Reply(550, "7.1", (text,)), utf8=utf8)


def test_an_intermediate_reply_has_no_enhanced_code() -> None:
    """RFC 3463 has no class 3."""
    expected = b"354 go on\r\n"

    assert expected == render(Reply(354, "0.0", ("go on",)))
