"""Real pictures, videos and PDFs, made by real programs, each once in a run."""

import functools
import subprocess
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

Maker = Callable[[], bytes]
_ONE_AT_A_TIME = threading.RLock()  # two processors: a second program would only slow the gateway down
_PATTERN = "testsrc2=size=160x120:rate=10:duration=1"
_SOUND = "sine=frequency=440:duration=1"


@functools.cache
def image(suffix: str, *options: str, size: str = "160x120") -> bytes:
    """Return a picture by ImageMagick; `options` stand before the output."""
    return _run(
        ["convert", "-size", size, "-seed", "7", "plasma:tomato-steelblue", *options, f"out.{suffix}"], f"out.{suffix}"
    )


@functools.cache
def frames(suffix: str, *options: str) -> bytes:
    """Return an animation by ImageMagick."""
    pictures = [word for color in ("red", "lime", "blue") for word in ("-size", "40x30", f"xc:{color}")]
    return _run(["convert", "-delay", "20", *pictures, *options, f"out.{suffix}"], f"out.{suffix}")


@functools.cache
def video(suffix: str, *options: str, sound: bool = True) -> bytes:
    """Return a second of video by ffmpeg."""
    inputs = ["-f", "lavfi", "-i", _PATTERN, *(("-f", "lavfi", "-i", _SOUND) if sound else ())]
    return _run(["ffmpeg", "-v", "error", *inputs, *options, f"out.{suffix}"], f"out.{suffix}")


@functools.cache
def heif(*options: str, suffix: str = "heic") -> bytes:
    """Return a picture by heif-enc."""
    return _run(["heif-enc", *options, "in.jpg", "-o", f"out.{suffix}"], f"out.{suffix}", {"in.jpg": image("jpg")})


@functools.cache
def pdf(*command: str, **inputs: bytes) -> bytes:
    """Return what a program writes to out.pdf; `inputs` are files, `a_b` for `a.b`."""
    return _run(list(command), "out.pdf", {name.replace("_", "."): content for name, content in inputs.items()})


def made(command: list[str], output: str, inputs: dict[str, bytes]) -> bytes:
    """Run a program in a folder of its own and return a file from there."""
    return _run(command, output, inputs)


def _run(command: list[str], output: str, inputs: dict[str, bytes] | None = None) -> bytes:
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="set-") as folder:
        for name, content in (inputs or {}).items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        outcome = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        assert outcome.returncode == 0, (command, outcome.stderr[-2000:])
        return Path(folder, output).read_bytes()
