"""Content-Type and Content-Disposition values: the token and its parameters (RFC 2045, 2183, 2231, 2047).

Reads what mail programs accept, not only what the RFCs allow, and keeps every reading that some program
takes: the first in `Parameter.value`, the rest in `Parameter.others`. Never raises on content.
"""

import re
from dataclasses import dataclass, replace

from gateway.mime.fields import Oddity, unfold
from gateway.mime.words import decode_words, percent_decode, to_text
from gateway.model.finding import FindingKind

MOST_BYTES = 8 * 1024
"""Of one value; the longest honest ones are file names of some hundred characters, each in nine bytes."""
MOST_PARAMETERS = 200
"""And comments, of one value; a long file name in RFC 2231 pieces needs a dozen."""

_NAMES = frozenset({"name", "filename"})
_STRUCTURAL = _NAMES | {"boundary"}

_TOKEN = re.compile(r"[^\s;=\"()]++(?=[\s;\"(]|\Z)|(?=;|\Z)")
_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)?", re.DOTALL)
_START = r"[^\s=;\"()]++\s*+="
_TO_NEXT = rf"[^;\s]*+(?:\s++(?!{_START})[^;\s]++)*"
"""Up to the semicolon, or to where another parameter starts without one."""
_PARAMETER = re.compile(
    r"(?P<name>[^\s=;\"()]++)\s*+=\s*+"
    rf"(?:\"(?P<quoted>[^\"\\]*+(?:\\.[^\"\\]*+)*)\"(?P<tail>{_TO_NEXT})|\"(?P<open>.*)|(?P<bare>{_TO_NEXT}))",
    re.DOTALL,
)
# The greater part of all mail; read in a tenth of the time, and not otherwise (a test compares them).
_SIMPLE = re.compile(rb"([A-Za-z0-9]+(?:/[A-Za-z0-9.+-]+)?)(?:;\s?charset=(\"?)([A-Za-z0-9_-]+)\2)?;?", re.IGNORECASE)
_LONGEST_SIMPLE = 100
_SKIP = re.compile(r"[^\s;=\"()]++|.", re.DOTALL)
_BLANKS = re.compile(r"[\s;]*+")
_SECTION = re.compile(r"([^*]+)(?:\*(0|[1-9][0-9]{0,3}))?(\*)?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter, decoded."""

    name: str
    """Lower case, without the `*` marks of RFC 2231."""
    value: str
    others: tuple[str, ...] = ()
    """What other mail programs read in the same bytes."""
    extended: bool = False
    """Written in the forms of RFC 2231."""


@dataclass(frozen=True, slots=True)
class Structured:
    """A field value that is a token with parameters."""

    token: str
    """Lower case, such as "text/plain" or "attachment"; as it came where it is not a token."""
    params: tuple[Parameter, ...]
    """In order; pieces of RFC 2231 are put together at the place of the first."""
    oddities: tuple[Oddity, ...]

    def values(self, name: str) -> tuple[str, ...]:
        """Return every value of a parameter, in every reading."""
        found = (value for one in self.params if one.name == name for value in (one.value, *one.others))
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Piece:
    """One parameter as written."""

    name: str
    text: str
    others: tuple[str, ...] = ()
    broken: bool = False
    """Readers do not agree where it ends."""


def parse(raw: bytes) -> Structured:
    """Read the value of a Content-Type or Content-Disposition field, folded or not."""
    if len(raw) < _LONGEST_SIMPLE and (simple := _SIMPLE.fullmatch(raw)):
        charset = simple[3]
        params = (Parameter("charset", charset.decode("ascii")),) if charset else ()
        return Structured(simple[1].decode("ascii").lower(), params, ())
    return _parse_any(raw)


def _parse_any(raw: bytes) -> Structured:
    text = to_text(unfold(raw[:MOST_BYTES]))
    token, at, is_clear = _token(text)
    pieces, commented, is_whole = _pieces(text, at)
    params, conflicting = _join(pieces)
    oddities: list[Oddity] = []
    if commented or (not is_clear and token.startswith(("multipart/", "message/"))):
        oddities.append((FindingKind.BAD_CONTENT_TYPE, "a comment or word that some readers take for something else"))
    if len(raw) > MOST_BYTES or not is_whole:
        oddities.append((FindingKind.BAD_CONTENT_TYPE, "too long"))
    oddities += ((FindingKind.CONFLICTING_PARAMETER, name) for name in dict.fromkeys(conflicting))
    return Structured(token, params, tuple(oddities))


def _token(text: str) -> tuple[str, int, bool]:
    """Return the token before the parameters, where it ends, and whether nothing but a semicolon follows."""
    at, is_clear = 0, True
    while found := _COMMENT.match(text, at):
        at, is_clear = _past_blanks(text, found.end()), False
    if not (token := _TOKEN.match(text, at)):
        if _PARAMETER.match(text, at):
            return "", at, False
        return text[at:].partition(";")[0].rstrip().lower(), at, False
    behind = text[token.end() :].lstrip()
    return token[0].lower(), token.end(), is_clear and behind[:1] in {"", ";"}


def _past_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _pieces(text: str, at: int) -> tuple[list[_Piece], bool, bool]:
    """Return the parameters as written, whether a comment hides something from some readers, and if that is all."""
    pieces: list[_Piece] = []
    commented = False
    for _ in range(MOST_PARAMETERS):
        at = _past_blanks(text, at)
        if at == len(text):
            return pieces, commented, True
        if comment := _COMMENT.match(text, at):
            commented = commented or any(mark in comment[0] for mark in ';="\\')
            at = comment.end()
        elif found := _PARAMETER.match(text, at):
            piece = _piece(found)
            commented = commented or (piece.name == "boundary" and "(" in (found["bare"] or ""))
            pieces.append(piece)
            at = found.end() if found["open"] is None else found.start("open") + len(piece.text)
        elif found := _SKIP.match(text, at):
            if pieces and "." in found[0] and pieces[-1].name in _NAMES:
                # Some programs end an unquoted name at the end of the line only.
                pieces[-1] = replace(pieces[-1], others=(*pieces[-1].others, f"{pieces[-1].text};{found[0]}"))
            at = found.end()
    return pieces, commented, _past_blanks(text, at) == len(text)


def _piece(found: re.Match[str]) -> _Piece:
    name = found["name"].lower()
    if (quoted := found["quoted"]) is not None:
        return _quoted(name, quoted, found["tail"].strip())
    if (rest := found["open"]) is not None:
        first = rest.partition(";")[0]
        return _Piece(name, first, (rest,) if rest != first else (), broken=rest != first)
    bare = found["bare"].strip()
    base = name.partition("*")[0]
    if base not in _NAMES:
        bare = bare.partition("(")[0].rstrip()
        return _Piece(name, bare, broken=" " in bare or "\t" in bare)
    # QUIRK: unquoted names with blanks are common and shown whole; a first word with a dot is a name to others.
    first = bare.split(None, 1)[0] if bare else ""
    others = (first,) if first != bare and "." in first else ()
    return _Piece(name, bare, (*others, _ESCAPED.sub(r"\1", bare)) if "\\" in bare else others)


def _quoted(name: str, quoted: str, tail: str) -> _Piece:
    """Read a quoted string, and what programs read that keep backslashes or the text behind it."""
    text = _ESCAPED.sub(r"\1", quoted)
    others = [quoted, quoted.partition('"')[0]] if text != quoted else []
    foreign = bool(tail) and not tail.startswith("(")
    if foreign:
        others += [quoted + tail, f'"{quoted}"{tail}']
    return _Piece(name, text, tuple(others), broken=foreign)


def _join(pieces: list[_Piece]) -> tuple[tuple[Parameter, ...], list[str]]:
    """Put pieces of RFC 2231 together; return the parameters and the names of those in conflict."""
    conflicting = [one.name.partition("*")[0] for one in pieces if one.broken]
    if any("*" in one.name for one in pieces):
        params, out_of_order = _join_extended(pieces)
        conflicting += out_of_order
    else:
        params = [_plain(one.name, one) for one in pieces]
    conflicting += _conflicting(params)
    return tuple(params), [name for name in conflicting if name in _STRUCTURAL]


def _join_extended(pieces: list[_Piece]) -> tuple[list[Parameter], list[str]]:
    params: list[Parameter] = []
    split: dict[str, list[tuple[int, bool, str]]] = {}
    unknown: list[str] = []
    for one in pieces:
        name, star, _ = one.name.partition("*")
        section = _SECTION.fullmatch(one.name)
        if section is None or not star:
            unknown += [name] if star else []
            params.append(_plain(name, one))
        elif section[2] is None:
            params.append(Parameter(name, _extended(one.text), extended=True))
        else:
            if name not in split:
                params.append(Parameter(name, "", extended=True))
            split.setdefault(name, []).append((int(section[2]), section[3] is not None, one.text))
    return [_assembled(one, split) for one in params], unknown + _out_of_order(split)


def _plain(name: str, one: _Piece) -> Parameter:
    """Decode words, which RFC 2047 section 5 forbids here and every mail program does in names, few elsewhere."""
    decoded = decode_words(one.text)
    if decoded == one.text:
        return Parameter(name, decoded, one.others)
    if name not in _NAMES:
        return Parameter(name, one.text, (*one.others, decoded))
    others = tuple(map(decode_words, one.others))
    if one.text.rstrip().endswith("?="):
        return Parameter(name, decoded, others)
    return Parameter(name, decoded, (*others, one.text))  # undecoded, it would still end like a file name


def _assembled(one: Parameter, split: dict[str, list[tuple[int, bool, str]]]) -> Parameter:
    sections = split.get(one.name)
    if not sections or one.value or not one.extended:
        return one
    return Parameter(one.name, _sections(sorted(sections)), extended=True)


def _sections(sections: list[tuple[int, bool, str]]) -> str:
    """Join sections (RFC 2231 section 3); a character may be cut between two of them."""
    if not any(encoded for _, encoded, _ in sections):
        return decode_words("".join(text for _, _, text in sections))
    first = sections[0][2]
    charset, quote, rest = first.partition("'") if sections[0][1] else ("", "", first)
    texts = [rest.partition("'")[2] if quote else first, *(text for _, _, text in sections[1:])]
    # A plain section is taken literally: its percent signs are hidden from the decoder.
    marked = (
        text if encoded else text.replace("%", "%25") for text, (_, encoded, _) in zip(texts, sections, strict=True)
    )
    return percent_decode("".join(marked), charset)


def _extended(text: str) -> str:
    """Decode charset'language'text; without the quotes all of it is text."""
    charset, quote, rest = text.partition("'")
    _, second, value = rest.partition("'")
    return percent_decode(value, charset) if quote and second else percent_decode(text)


def _out_of_order(split: dict[str, list[tuple[int, bool, str]]]) -> list[str]:
    """Name what is not numbered 0, 1, 2 … in order: readers join it differently."""
    return [name for name, sections in split.items() if [at for at, _, _ in sections] != list(range(len(sections)))]


def _conflicting(params: list[Parameter]) -> list[str]:
    """Name parameters that stand twice with different values.

    A plain file name beside an extended one is the fallback of honest senders; a boundary has no fallback,
    and few readers know an extended one.
    """
    seen: dict[tuple[str, bool], str] = {}
    names = [one.name for one in params if seen.setdefault((one.name, one.extended), one.value) != one.value]
    names += [one.name for one in params if one.name == "boundary" and (one.extended or one.others)]
    return names
