"""Files against families: any reading forbids, all readings together allow."""

import pytest

from gateway.model.artifact import Artifact
from gateway.model.families import index
from gateway.policy.agree import NO_CLAIM, NOTHING, Reading
from gateway.policy.agree import read as read_by
from tests.unit.policy.samples import EXE, IMAGES, JPEG, PROGRAMS, artifact

FAMILIES = index((IMAGES, PROGRAMS))


def read(file: Artifact) -> Reading:
    return read_by(file, FAMILIES)


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
def test_file_agrees_with_its_family(file: Artifact) -> None:
    """Silence and other spellings are no disagreement."""
    assert "images" in read(file).agrees


@pytest.mark.parametrize("file", DISAGREE.values(), ids=DISAGREE)
def test_file_disagrees_with_the_family(file: Artifact) -> None:
    """One of content, label and names is enough."""
    assert "images" not in read(file).agrees


READS_AS_PROGRAM = {
    "content": artifact(detected=EXE),
    "label": artifact(declared=EXE),
    "name": artifact("a.exe"),
    "one of two names": artifact(names=("a.jpg", "a.exe")),
    "name before NUL": artifact("a.exe\0.jpg"),
}


@pytest.mark.parametrize("file", READS_AS_PROGRAM.values(), ids=READS_AS_PROGRAM)
def test_any_reading_makes_a_program(file: Artifact) -> None:
    """No disguise helps."""
    assert "executables" in read(file).reads_as


def test_program_under_another_name_is_a_disguise() -> None:
    """The name decides, and the label where there is no name; an honest program is none."""
    files = (
        artifact("a.jpg", EXE, EXE),
        artifact("", JPEG, EXE),
        artifact("a.exe", JPEG, EXE),
        artifact("", "", EXE),
        artifact("a.exe"),
    )
    actual = ["executables" in read(file).disguised for file in files]

    assert [True, True, False, False, False] == actual


def test_nothing_declared_is_no_family() -> None:
    """A type that claims nothing never makes a file read as something."""
    assert not any(read(artifact("", one, "x/y")).reads_as for one in NO_CLAIM)


def test_known_content_under_a_foreign_name_is_a_mismatch() -> None:
    """Unknown content contradicts nobody, and neither does silence."""
    files = (artifact("a.exe"), artifact(declared="text/html"), artifact("a.xyz"), artifact(), artifact(detected="x/y"))

    assert [read(file).is_mismatch for file in files] == [True, True, True, False, False]
