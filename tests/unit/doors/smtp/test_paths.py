"""Paths: what RFC 5321 section 4.1.2 allows, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.doors.smtp.paths import BadPath, Path, parse_path, split_path
from gateway.wire import smtp_commands

LONG = ".".join(["d" * 63] * 4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Path("")),
        ("a@b.example", Path("a@b.example", "a", "b.example")),
        ("A.b+c@B-1.Example", Path("A.b+c@B-1.Example", "A.b+c", "B-1.Example")),
        ("a@host_1.example", Path("a@host_1.example", "a", "host_1.example")),
        ("a@localhost", Path("a@localhost", "a", "localhost")),
        ('"john doe"@b.example', Path('"john doe"@b.example', "john doe", "b.example")),
        (r'"a\"b\\c"@b.example', Path(r'"a\"b\\c"@b.example', r'a"b\c', "b.example")),
        ('""@b.example', Path('""@b.example', "", "b.example")),
        ("a@[192.0.2.1]", Path("a@[192.0.2.1]", "a", "[192.0.2.1]")),
        ("a@[IPv6:2001:db8::1]", Path("a@[IPv6:2001:db8::1]", "a", "[IPv6:2001:db8::1]")),
        ("j\u00f6rg@m\u00fcller.example", Path("j\u00f6rg@m\u00fcller.example", "j\u00f6rg", "m\u00fcller.example")),
        ("PostMaster", Path("PostMaster", "PostMaster")),
    ],
)
def test_valid_path_is_taken_as_written(text: str, expected: Path) -> None:
    """The spelling is kept; local part and domain are told apart."""
    assert expected == parse_path(text)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "@b.example",
        "a@",
        "a@@b.example",
        "a@b@c.example",
        ".a@b.example",
        "a.@b.example",
        "a..b@c.example",
        "a b@c.example",
        "a@b..example",
        "a@.example",
        "a@b.example.",
        "a@-b.example",
        "a@b-.example",
        "a@b_-.example",
        "a@b example",
        "a@b,example",
        "a@b\u3002example",
        "a@b\uff0eexample",
        "a@b\uff61example",
        '"a@b.example',
        '"a"b@c.example',
        '"a\\"@b.example',
        "a(c)@b.example",
        "a@[]",
        "a@[1.2.3]",
        "a@[1.2.3.256]",
        "a@[IPv6:x]",
        "a@[::1]",
        "a@[1.2.3.4",
        "@x.example:a@b.example",
        "a\x80@b.example",
        "a\u2028@b.example",
        "a\ud800@b.example",
        f"a@{LONG}.example",
        "a@" + "d" * 64 + ".example",
        "a" * 510 + "@b.example",
        "a@" + "\u00fc" * 60 + ".example",
    ],
)
def test_invalid_path_is_refused(text: str) -> None:
    """No repair, no guess."""
    with pytest.raises(BadPath):
        parse_path(text)


@pytest.mark.parametrize("local", ["a%b.example", "b.example!a", '"a@b.example"', r'"a\@b.example"', r'"a\%b"'])
def test_route_in_a_local_part_is_seen_through_quotes(local: str) -> None:
    """Whatever an MTA might resolve further counts as a route."""
    assert parse_path(f"{local}@c.example").has_route


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("<a@b.example>", ("a@b.example", "")),
        ("  <a@b.example>  SIZE=1 X", ("a@b.example", "SIZE=1 X")),
        ("<>", ("", "")),
        ('<"a>b"@c.example> X', ('"a>b"@c.example', "X")),
        (r'<"a\">"@c.example>', (r'"a\">"@c.example', "")),
    ],
)
def test_brackets_end_where_the_path_does(argument: str, expected: tuple[str, str]) -> None:
    """A bracket within quotes belongs to the path."""
    assert expected == split_path(argument)


@pytest.mark.parametrize("argument", ["", "a@b.example", "<a@b.example", "<a@b.example>X", "a <a@b.example>", "<<a>>"])
def test_no_brackets_is_no_path(argument: str) -> None:
    """The brackets are not optional (RFC 5321 section 4.1.2)."""
    with pytest.raises(BadPath):
        split_path(argument)


@given(st.text(alphabet=st.sampled_from('aZ0.-_@"\\ <>[]:%!,\u00fc\u3002\x00\x7f'), max_size=20) | st.text(max_size=30))
def test_any_text_is_a_path_that_can_be_sent_on_or_none(text: str) -> None:
    """What is taken here can be written to a next hop as it is; everything else is `BadPath`."""
    try:
        path = parse_path(text)
    except BadPath:
        return

    assert smtp_commands.path(path.text or None) == f"<{text}>"
