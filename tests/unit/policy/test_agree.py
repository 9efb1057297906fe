"""Files against families: any reading forbids, all readings together allow."""

import pytest

from gateway.policy.agree import NO_CLAIM, NOTHING, read
from tests.unit.policy.samples import EXE, IMAGES, JPEG, PROGRAMS, artifact

AGREE = {
    "all three": artifact(),
    "other spelling": artifact("a.JPEG", "image/jpg"),
    "no name": artifact(""),
    "name without extension": artifact("IMG 0815"),
    "no declared type": artifact(declared=""),
    "any file": artifact(declared="application/octet-stream"),
    "two names": artifact(names=("a.jpg", "b.jpeg")),
    "no content at all": artifact(detected=NOTHING),
}
DISAGREE = {
    "content": artifact(detected=EXE),
    "unknown content": artifact(detected="application/octet-stream"),
    "name": artifact("a.js"),
    "unknown extension": artifact("a.xyz"),
    "label": artifact(declared="text/html"),
    "name of a file without content": artifact("a.js", detected=NOTHING),
    "one of two names": artifact(names=("a.jpg", "b.pdf")),
}


@pytest.mark.parametrize("file", AGREE.values(), ids=AGREE)
def test_file_agrees_with_its_family(file: object) -> None:
    """Silence and other spellings are no disagreement."""
    assert read(file).agrees(IMAGES)  # type: ignore[arg-type]


@pytest.mark.parametrize("file", DISAGREE.values(), ids=DISAGREE)
def test_file_disagrees_with_the_family(file: object) -> None:
    """One of content, label and names is enough."""
    assert not read(file).agrees(IMAGES)  # type: ignore[arg-type]


READS_AS_PROGRAM = {
    "content": artifact(detected=EXE),
    "label": artifact(declared=EXE),
    "name": artifact("a.exe"),
    "one of two names": artifact(names=("a.jpg", "a.exe")),
    "name before NUL": artifact("a.exe\0.jpg"),
}


@pytest.mark.parametrize("file", READS_AS_PROGRAM.values(), ids=READS_AS_PROGRAM)
def test_any_reading_makes_a_program(file: object) -> None:
    """No disguise helps."""
    assert read(file).reads_as(PROGRAMS)  # type: ignore[arg-type]


def test_program_under_another_name_is_a_disguise() -> None:
    """The name decides, and the label where there is no name; an honest program is none."""
    files = (
        artifact("a.jpg", EXE, EXE),
        artifact("", JPEG, EXE),
        artifact("a.exe", JPEG, EXE),
        artifact("", "", EXE),
        artifact("a.exe"),
    )
    actual = [read(file).disguises(PROGRAMS) for file in files]

    assert [True, True, False, False, False] == actual


def test_nothing_declared_is_no_family() -> None:
    """A type that claims nothing never makes a file read as something."""
    assert not any(read(artifact("", one, "x/y")).reads_as(PROGRAMS) for one in NO_CLAIM)
