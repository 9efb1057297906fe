"""Hypothesis strategies for mail: header values, names, honest messages, hostile mutations."""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests import builders

ENCODINGS = ("base64", "quoted-printable", "8bit")

tokens: SearchStrategy[str] = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12)
"""Words that need no quoting anywhere."""

field_names: SearchStrategy[str] = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True)

field_values: SearchStrategy[str] = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60).map(
    str.strip
)
"""Unstructured text of one line (RFC 5322 section 2.2.1)."""

file_names: SearchStrategy[str] = st.text(
    st.characters(categories=("L", "N"), include_characters=" ._-()"), min_size=1, max_size=40
).filter(lambda name: name == name.strip())
"""Names as people give them, in any script."""

contents: SearchStrategy[bytes] = st.one_of(
    st.binary(max_size=400),
    st.text("abc =\r\n\t.-", max_size=200).map(str.encode),
)

_HOSTILE = (
    *(
        b"\0",
        b"\r",
        b"\n",
        b"\r\n",
        b"\r\n\r\n",
        b" ",
        b"--",
        b"=",
        b"==",
        b'"',
        b";",
        b"(",
        b"\\",
        b"\xff",
        b"\xc3\xa4",
    ),
    *(b"--=_b1\r\n", b"--=_b1--\r\n", b"--=_b2\r\n", b"--=_b3--\r\n", b"begin 644 a.exe\r\n", b"M\r\n", b"end\r\n"),
    b"Content-Type: multipart/mixed; boundary==_b1\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"filename*0*=utf-8''%41;",
)


@st.composite
def leaves(draw: DrawFn) -> bytes:
    """Draw a part with a file in it."""
    name = draw(st.none() | tokens.map(lambda word: f"{word}.bin"))
    return builders.part(draw(contents), "application/x-test", name, draw(st.sampled_from(ENCODINGS)))


@st.composite
def entities(draw: DrawFn, depth: int = 3) -> bytes:
    """Draw a well-formed entity: a leaf, a multipart or an attached message."""
    kind = draw(st.sampled_from(("leaf", "multipart", "message") if depth else ("leaf",)))
    if kind == "multipart":
        children = draw(st.lists(entities(depth - 1), min_size=1, max_size=3))
        return builders.multipart(*children, boundary=f"=_b{depth}")
    if kind == "message":
        return builders.part(draw(messages(depth - 1)), "message/rfc822", encoding="8bit")
    return draw(leaves())


@st.composite
def messages(draw: DrawFn, depth: int = 3) -> bytes:
    """Draw a well-formed message."""
    return builders.mail(draw(entities(depth)))


@st.composite
def mutated(draw: DrawFn, honest: SearchStrategy[bytes] | None = None) -> bytes:
    """Draw a message into which a few hostile bytes were put, or from which some were cut."""
    raw = draw(honest if honest is not None else messages())
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(raw)))
        cut = draw(st.integers(0, 20))
        raw = raw[:at] + draw(st.sampled_from((b"", *_HOSTILE))) + raw[at + cut :]
    return raw
