"""One whole verdict is a verdict; nothing else is. Addresses and deadlines of one clamd."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.clamav_wire import Clamd, Patience, Said, read_verdict
from gateway.model.scan import Outcome
from tests.services.clamd import BODY_MARK
from tests.services.clamd import Clamd as RealClamd
from tests.services.lying_clamd import LyingClamd

SOON = Patience(connect=0.3, idle=0.3)


@pytest.mark.parametrize("answer", [b"stream: OK\0", b"fd[12]: OK\0"])
def test_whole_clean_answer_is_clean(answer: bytes) -> None:
    """The two forms that clamd gives."""
    assert read_verdict(answer) == Said(Outcome.CLEAN)


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (b"stream: Eicar-Test FOUND\0", "Eicar-Test"),
        (b"fd[3]: {HEX}php.x.1.UNOFFICIAL FOUND\0", "{HEX}php.x.1.UNOFFICIAL"),
        (b"fd[3]: Win.Test(0a1b:68) FOUND\0", "Win.Test(0a1b:68)"),
        (b"fd[3]: Heuristics.Encrypted.Zip FOUND\0", "Heuristics.Encrypted.Zip"),
    ],
)
def test_whole_found_answer_is_infected(answer: bytes, name: str) -> None:
    """Whatever the name, extended or of a heuristic."""
    assert read_verdict(answer) == Said(Outcome.INFECTED, name)


def test_limit_of_the_scanner_is_no_infection() -> None:
    """Nobody is accused of malware because a file is too large for clamd."""
    name = "Heuristics.Limits.Exceeded.MaxFileSize"

    assert read_verdict(f"fd[3]: {name} FOUND\0".encode()) == Said(Outcome.OVER_LIMIT, name)


LIES = [
    b"",
    b"\0",
    b"OK\0",
    b"stream: OK",
    b"stream: OK\n",
    b"stream: OK\0\0",
    b"stream: OK\0stream: OK\0",
    b"stream: OK\0fd[1]: X FOUND\0",
    b"stream: ERROR OK\0",
    b"stream: OK ERROR\0",
    b"stream: X FOUND OK\0",
    b"stream: OK FOUND\0",
    b"fd[1]: ERROR FOUND\0",
    b"stream: FOUND FOUND\0",
    b"stream: OK stream: X FOUND\0",
    b"stream: X FOUND\0stream: OK\0",
    b"stream:  FOUND\0",
    b"stream: FOUND\0",
    b"1: stream: OK\0",
    b"fd[]: OK\0",
    b"other: OK\0",
    b" stream: OK\0",
    b"stream: ok\0",
    b"stream: OK \0",
    b"INSTREAM size limit exceeded. ERROR\0",
    b"fd[5]: Can't read file ERROR\0",
    b"fd[5]: Empty file\0",
    b"UNKNOWN COMMAND\0",
    b"COMMAND READ TIMED OUT\0",
    b"550 no such user\r\n",
    b"\xff\xfe stream: OK\0",
]


@pytest.mark.parametrize("answer", LIES, ids=repr)
def test_anything_else_is_unknown(answer: bytes) -> None:
    """Errors, limits, both verdicts, cut, doubled, foreign and junk answers are no verdict."""
    assert read_verdict(answer).outcome is Outcome.UNKNOWN


@given(st.binary(max_size=60))
def test_junk_is_never_clean(junk: bytes) -> None:
    """No bytes around a clean answer leave it clean."""
    answers = [junk, junk + b"stream: OK\0", b"stream: OK\0" + junk, b"stream: " + junk + b"OK\0"]

    assert [one for one in answers if read_verdict(one).outcome is Outcome.CLEAN and one != b"stream: OK\0"] == []


@pytest.mark.parametrize("address", ["", "relative", "unix:relative", "tcp:host", "tcp::3310", "tcp:h:x", "http://h:1"])
def test_address_of_another_form_is_refused(address: str) -> None:
    """A mistake in the settings shows at the start."""
    with pytest.raises(ValueError, match="is not unix:/path or tcp:host:port"):
        Clamd(address, Patience())


@pytest.mark.parametrize("address", ["/run/clamd", "unix:/run/clamd", "tcp:h:1", "tcp:[::1]:3310"])
def test_address_says_whether_descriptors_can_go(address: str) -> None:
    """Descriptors go over unix sockets only."""
    assert Clamd(address, Patience()).is_local == ("/" in address)


@pytest.mark.enable_socket
async def test_real_clamd_scans_streams_over_tcp(clamd: RealClamd) -> None:
    """INSTREAM in pieces: empty, clean, and with a mark across two pieces."""
    asked = Clamd(clamd.tcp, Patience())
    until = time.monotonic() + 20
    streams: list[list[bytes]] = [[], [b"clean"] * 3, [b"x" * 262_144] * 4, [b"..." + BODY_MARK[:5], BODY_MARK[5:]]]

    assert [(await asked.scan_stream(one, until)).outcome for one in streams] == [Outcome.CLEAN] * 3 + [
        Outcome.INFECTED
    ]


async def test_real_clamd_tells_its_version(clamd: RealClamd) -> None:
    """The text that results carry and the cache is keyed by."""
    version = await Clamd(clamd.unix, Patience()).version(time.monotonic() + 20)

    assert version.startswith("ClamAV ")


@pytest.mark.parametrize("version", [b"", b"ClamAV 1.4.6", b"UNKNOWN COMMAND\0", b"ClamAV 1\n\0", b"ClamAV 1\0x"])
async def test_nonsense_is_no_version(tmp_path: Path, version: bytes) -> None:
    """Who does not even tell a version is not asked for verdicts."""
    with LyingClamd(tmp_path / "s", b"", version=version) as liar, pytest.raises(ValueError, match="not a version"):
        await Clamd(liar.address, SOON).version(time.monotonic() + 20)


async def test_silence_ends_with_the_patience(tmp_path: Path) -> None:
    """A complete verdict whose connection stays open is not complete."""
    with LyingClamd(tmp_path / "s", b"stream: OK\0", hangs=True) as liar, pytest.raises(TimeoutError):
        await Clamd(liar.address, SOON).scan_stream([b"x"], time.monotonic() + 20)


async def test_endless_answer_is_cut_off(tmp_path: Path) -> None:
    """Nobody fills our memory."""
    with LyingClamd(tmp_path / "s", b"x" * 5000) as liar, pytest.raises(OSError, match="an endless answer"):
        await Clamd(liar.address, SOON).scan_stream([b"x"], time.monotonic() + 20)


async def test_deadline_that_passed_opens_no_connection(tmp_path: Path) -> None:
    """Time that is over is not spent."""
    with pytest.raises(TimeoutError):
        await Clamd(f"unix:{tmp_path}/nobody", SOON).version(time.monotonic() - 1)
