"""DNS as data: questions, answers, and what was asked but is not known yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Record types that sender authentication asks for."""

    A = "A"
    AAAA = "AAAA"
    MX = "MX"
    PTR = "PTR"
    TXT = "TXT"


class Found(StrEnum):
    """How a question ended."""

    RECORDS = "records"
    NOTHING = "nothing"
    """The name does not exist, or has no record of this type."""
    TROUBLE = "trouble"
    """No answer in time, or a failure that may pass (SERVFAIL, REFUSED)."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question; the name in lower case, without the final dot."""

    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Its answer: texts in Latin-1, so that every byte has a character; an MX as its bare name."""

    found: Found
    records: tuple[str, ...] = ()


Known = tuple[tuple[Question, Answer], ...]


class Answers:
    """What is known, and a list of what was asked for in vain."""

    def __init__(self, known: Iterable[tuple[Question, Answer]] = ()) -> None:
        self._known = dict(known)
        self._missing: dict[Question, None] = {}

    @property
    def missing(self) -> tuple[Question, ...]:
        """The questions without an answer, in the order in which they came up."""
        return tuple(self._missing)

    def look(self, kind: Kind, name: str) -> Answer | None:
        """Return the answer; None where it must be fetched first. A name that DNS cannot hold has no records."""
        name = name.lower().rstrip(".")
        if not is_name(name):
            return Answer(Found.NOTHING)
        question = Question(kind, name)
        answer = self._known.get(question)
        if answer is None:
            self._missing[question] = None
        return answer


def is_name(name: str) -> bool:
    """Tell whether DNS can hold such a name: ASCII without blanks, labels of 1 to 63 characters, 253 in all."""
    return (
        0 < len(name) <= 253
        and name.isascii()
        and name.isprintable()
        and " " not in name
        and "\\" not in name
        and all(0 < len(label) <= 63 for label in name.split("."))
    )
