"""All files in a file, within bounds."""

import gzip
import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.artifact import Role
from gateway.model.finding import FindingKind
from gateway.model.limits import MIB, Limits
from gateway.unpack.openers import SEALED
from gateway.unpack.store import MemoryStore
from gateway.unpack.walk import Place, Walk
from tests import builders
from tests.unit.filetype import made
from tests.unit.unpack.walked import budget, no_messages, walked

PROGRAM = builders.program()
NESTED = builders.zip_of(
    {"in.zip": builders.zip_of({"setup.exe": PROGRAM}), "b.tgz": gzip.compress(made.tar_of("c"), mtime=0)}
)


def test_lack_of_memory_is_a_bound_and_no_damage() -> None:
    """The reply is about size: nobody learns that a sound file is broken."""

    def chunks() -> Iterator[bytes]:
        yield b"%PDF-1.4"
        raise MemoryError

    walk = Walk(MemoryStore(), made.nobody, budget(), no_messages)
    walk.take(Place("2", Role.ATTACHMENT, (2,)), chunks())

    assert FindingKind.EXPANDED_TOO_LARGE in {one.kind for one in walk.findings}


def test_members_of_members_are_found() -> None:
    """Depth first, each with its path, its depth and its own type."""
    found = walked(NESTED)

    assert [(one.where, one.role, one.depth, one.detected) for one in found.artifacts] == [
        ("2", Role.ATTACHMENT, 0, "application/zip"),
        ("2/in.zip", Role.MEMBER, 1, "application/zip"),
        ("2/in.zip/setup.exe", Role.MEMBER, 2, "application/x-dosexec"),
        ("2/b.tgz", Role.MEMBER, 1, "application/gzip"),
        ("2/b.tgz/b.tar", Role.MEMBER, 2, "application/x-tar"),
        ("2/b.tgz/b.tar/c", Role.MEMBER, 3, "text/plain"),
    ]
    assert found.content("2/in.zip/setup.exe") == PROGRAM
    assert found.findings == []


def test_container_is_one_when_listed_to_the_end() -> None:
    """Only a container without a doubt counts by its members."""
    forged = builders.zip_of({"a.txt": b"a"}) + NESTED

    assert walked(NESTED).artifacts[0].is_container
    assert not walked(forged).artifacts[0].is_container


def test_repeated_names_keep_their_places_apart() -> None:
    """Scan results go by place, so no two files share one."""
    twice = builders.zip_of({"a": b"one", "b": b"two"}).replace(b"b", b"a")

    assert walked(made.tar_of("a", "a", "a")).places == ["2", "2/a", "2/a#2", "2/a#3"]
    assert walked(twice).places == ["2", "2/a", "2/a#2"]


@pytest.mark.parametrize(
    "content",
    [
        b"\x60\xea" + bytes(30),
        b"vhdxfile" + bytes(30),
    ],
)
def test_container_that_cannot_be_opened_is_unreadable(content: bytes) -> None:
    """Known, but not looked into: never allowed by its members."""
    found = walked(content)

    assert found.artifacts[0].detected in SEALED
    assert found.kinds == ["container_unreadable"]
    assert not found.artifacts[0].is_container


def test_document_is_one_file() -> None:
    """Members of an Office package are not files of their own."""
    found = walked(made.office())

    assert (found.places, found.artifacts[0].is_container, found.kinds) == (["2"], True, [])


def test_forged_document_is_inconsistent() -> None:
    """A document is held against its local headers as any ZIP."""
    assert walked(made.office() + b"MZ and more").kinds == ["container_inconsistent"]


def test_depth_is_bounded() -> None:
    """The message's own levels and those of containers count together."""
    content = b"x"
    for _ in range(12):
        content = builders.zip_of({"a.zip": content})
    found = walked(content, limits=Limits(depth=4))

    assert (len(found.artifacts), found.kinds) == (4, ["too_deep"])


@pytest.mark.parametrize(
    ("content", "limits", "kind"),
    [
        (builders.zip_of({str(n): b"x" for n in range(20)}), Limits(members=9), "too_many_members"),
        (builders.zip_of({"a": bytes(3 * MIB)}, compression=0), Limits(expanded=2 * MIB), "expanded_too_large"),
    ],
)
def test_spent_budget_ends_the_walk(content: bytes, limits: Limits, kind: str) -> None:
    """What was seen until then is recorded."""
    found = walked(content, limits=limits)

    assert found.spent is not None
    assert found.spent.kind.value == kind
    assert sum(one.size for one in found.artifacts) <= found.artifacts[0].size + 2 * MIB
    assert len(found.artifacts) <= 10


def test_bomb_is_left_alone_and_the_rest_goes_on() -> None:
    """A container that expands too far says so; its neighbours are still judged."""
    bomb = builders.zip_of({"zeros": bytes(8 * MIB), "behind": b"x"})
    found = walked(builders.zip_of({"bomb.zip": bomb, "c.txt": b"text"}))

    assert [(one.kind.value, one.where) for one in found.findings] == [("ratio_too_high", "2/bomb.zip")]
    assert found.places == ["2", "2/bomb.zip", "2/bomb.zip/zeros", "2/c.txt"]


def test_bomb_of_bombs_ends_soon() -> None:
    """Sixteen archives of sixteen archives, five deep, would be petabytes."""
    content = builders.zip_of({str(n): bytes(4 * MIB) for n in range(16)})
    for _ in range(4):
        content = builders.zip_of({f"{n}.zip": content for n in range(16)})
    found = walked(content, limits=Limits(members=100, expanded=50 * MIB))

    assert found.spent is not None
    assert len(found.artifacts) <= 101


def test_time_is_bounded() -> None:
    """Every member asks the clock."""
    ticks = itertools.count()
    many = builders.zip_of({str(n): b"x" for n in range(500)})
    found = walked(many, clock=lambda: float(next(ticks)), limits=Limits(seconds=50))

    assert found.spent is not None
    assert found.spent.kind.value == "out_of_time"
    assert len(found.artifacts) < 50


@given(
    st.sampled_from((NESTED, made.tar_of("a", "b"), gzip.compress(b"text" * 99, mtime=0), made.office())),
    st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=8), st.integers(0, 8)), max_size=4),
)
def test_damage_never_raises_and_never_passes_the_bounds(content: bytes, damage: list[tuple[int, bytes, int]]) -> None:
    """Whatever is done to an archive, the walk ends with artifacts and findings."""
    for place, put, cut in damage:
        at = place % len(content)
        content = content[:at] + put + content[at + cut :]
    found = walked(content, limits=Limits(members=5, expanded=MIB))

    assert len(found.artifacts) <= 1 + 5 + 1
    assert len(set(found.places)) == len(found.places)
