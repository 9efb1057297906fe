"""Damaged archives of every kind: nothing is raised, no bound is passed, and no member is lost in silence."""

import functools
import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.model.limits import MIB, Limits
from tests.unit.filetype import made
from tests.unit.unpack.packed import MEMBERS, rar4, rar4_file, rar5, rar5_file, run
from tests.unit.unpack.walked import walked

COMMANDS = {
    "7z": "7z a -bd out.7z *.*; mv out.7z out",
    "7z ppmd": "7z a -bd -m0=PPMd out.7z *.*; mv out.7z out",
    "zip": "zip -q out.zip *.*; mv out.zip out",
    "cab": "gcab -c -z out *.*",
    "lha": "jlha c out *.*",
    "ar": "ar rcS out *.*",
    "cpio": "ls | grep -v out | cpio -o -H newc > out",
    "iso": "genisoimage -quiet -J -R -o ../i .; mv ../i out",
    "bz2": "tar c *.* | bzip2 > out",
    "xz": "tar c *.* | xz > out",
    "zst": "tar c *.* | zstd -q > out",
    "lz4": "tar c *.* | lz4 -q > out",
    "lz": "tar c *.* | lzip > out",
    "Z": "tar c *.* | compress > out",
}
KINDS = (*COMMANDS, "rar", "rar4", "tar", "gz")
BOUNDS = Limits(members=8, expanded=4 * MIB)


@functools.cache
def whole(kind: str) -> bytes:
    """Make an archive once in a run."""
    files = MEMBERS.items()
    match kind:
        case "rar":
            return rar5(*(rar5_file(name, content) for name, content in files))
        case "rar4":
            return rar4(*(rar4_file(name.encode(), content) for name, content in files))
        case "tar":
            return made.tar_of(*MEMBERS)
        case "gz":
            return gzip.compress(made.tar_of(*MEMBERS), mtime=0)
        case _:
            with tempfile.TemporaryDirectory() as folder:
                return run(Path(folder) / "files", COMMANDS[kind])


@pytest.mark.parametrize("kind", KINDS)
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_damage_is_bounded_and_never_raised(kind: str, data: st.DataObject) -> None:
    """Bytes overwritten, put in, taken out, and the end cut off."""
    content = whole(kind)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        put = data.draw(st.binary(max_size=8) | st.sampled_from([b"\xff" * 8, b"\0" * 8, content[:64]]))
        cut = data.draw(st.sampled_from([0, len(put), 1, 64, len(content)]))
        content = content[:at] + put + content[at + cut :]

    found = walked(content, limits=BOUNDS)

    assert len(found.artifacts) <= 1 + BOUNDS.members
    assert sum(one.size for one in found.artifacts[1:]) <= BOUNDS.expanded
    assert len(set(found.places)) == len(found.places)


@pytest.mark.parametrize("kind", [*COMMANDS, "rar", "rar4"])
def test_whole_archive_leaves_nothing_to_be_said(kind: str) -> None:
    """Or the damage would prove nothing."""
    assert walked(whole(kind)).findings == []
