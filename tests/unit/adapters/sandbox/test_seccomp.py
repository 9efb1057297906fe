"""The filter program is what the tables say."""

import struct

import pytest

from gateway.adapters.sandbox import seccomp

ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOW, KILL, EPERM = 0x7FFF0000, 0x80000000, 0x00050001


def run(program: bytes, architecture: int, number: int) -> int:
    """Interpret the program as the kernel does, for the four instructions that it uses."""
    data = {0: number, 4: architecture}
    at, accumulator = 0, 0
    while True:
        code, true, false, value = struct.unpack_from("=HBBI", program, at * 8)
        at += 1
        if code == 0x20:
            accumulator = data[value]
        elif code == 0x15:
            at += true if accumulator == value else false
        elif code == 0x35:
            at += true if accumulator >= value else false
        else:
            assert code == 0x06
            return int(value)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_denied_call_is_refused_and_every_other_runs(machine: str) -> None:
    """For every number that a kernel could know."""
    program = seccomp.assemble(machine)
    denied = set(seccomp.DENIED[machine].values())
    refused = {number for number in range(600) if run(program, ARCHITECTURE[machine], number) == EPERM}

    assert denied == refused
    assert run(program, ARCHITECTURE[machine], 599) == ALLOW


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_foreign_architecture_is_killed(machine: str) -> None:
    """A 32-bit call has other numbers and never runs."""
    assert run(seccomp.assemble(machine), 0x40000003, 1) == KILL


def test_second_numbering_of_x86_64_is_refused() -> None:
    """The x32 numbers reach the same calls."""
    program = seccomp.assemble("x86_64")

    assert run(program, ARCHITECTURE["x86_64"], 0x40000000 + 41) == EPERM


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_both_tables_close_the_same_doors(machine: str) -> None:
    """Connections, programs, processes, signals, namespaces and the kernel's large attack surfaces are denied."""
    doors = {"socket", "connect", "execve", "execveat", "clone", "clone3", "kill", "ptrace", "unshare", "bpf", "mount"}

    assert doors <= set(seccomp.DENIED[machine])
