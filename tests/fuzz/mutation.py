"""Draws damaged copies of real files: cut, grown, with bytes turned, with lengths and marks put in."""

from collections.abc import Sequence

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

untimed = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
"""Real programs make the seeds, and a budget bounds the work: no wall clock."""

_MARKS = (
    b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80\0\0\0", b"\0", b"\xff",
    b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\6", b"MZ", b"\x7fELF", b"%PDF-1.7", b"%%EOF", b"obj\n", b"stream\n",
    b"endstream", b"/JavaScript", b"<script>", b"data:;base64,", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff",
    b"\x1f\x8b\x08", b"\xd0\xcf\x11\xe0", b"ftyp", b"moov", b"\xff\xd8\xff\xe1", b"IDAT", b"Rar!\x1a\x07", b"[" * 200,
)  # fmt: skip


@st.composite
def damaged(draw: DrawFn, files: Sequence[bytes]) -> bytes:
    """Draw one of the files with up to six wounds."""
    raw = draw(st.sampled_from(files))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(raw)))
        wound = draw(st.sampled_from(("put", "over", "cut", "end", "repeat", "join")))
        if wound in {"put", "over"}:
            mark = draw(st.sampled_from(_MARKS) | st.binary(min_size=1, max_size=8))
            raw = raw[:at] + mark + raw[at + (len(mark) if wound == "over" else 0) :]
        elif wound == "cut":
            raw = raw[:at] + raw[at + draw(st.integers(1, 64)) :]
        elif wound == "end":
            raw = raw[:at]
        elif wound == "repeat":
            raw = raw[:at] + raw[at : at + 64] * draw(st.integers(2, 8)) + raw[at:]
        else:
            raw = raw[:at] + draw(st.sampled_from(files))[:4096]
    return raw


def texts(pieces: Sequence[str], length: int = 24) -> SearchStrategy[str]:
    """Draw texts of the words of a grammar, in any order, with strange characters between."""
    words = st.sampled_from(pieces) | st.text(max_size=3)
    return st.lists(words, max_size=length).map("".join)
