"""`postern keys`."""

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.adapters.linkkeys import LinkKeys
from gateway.authn.keys import read_key
from gateway.authn.signing import signer
from gateway.cli.main import app


def _run(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["keys", *words])
    return found.exit_code, found.output


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_made_key_is_private_and_its_record_verifies_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The file for us alone, the line for everybody."""
    monkeypatch.chdir(tmp_path)
    code, said = _run("make", "--selector", "s1", "--domain", "example.org", "--type", kind)
    shown = _run("show-dns", "--selector", "s1", "--domain", "example.org")
    line = shown[1].strip()
    record = "".join(line.split('"')[1::2])
    key = signer((tmp_path / "s1.pem").read_bytes())

    assert (0, 0) == (code, shown[0])
    assert stat.S_IMODE((tmp_path / "s1.pem").stat().st_mode) == 0o600
    assert line.startswith("s1._domainkey.example.org. IN TXT")
    assert line in said
    assert read_key(record).verifies(key.algorithm, key.sign(bytes(32)), bytes(32))


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    """A lost key cannot be made again."""
    file = tmp_path / "key.pem"
    file.write_text("precious")
    code, said = _run("make", "--selector", "s1", "--domain", "example.org", "--file", str(file))

    assert code == 1
    assert "is there already" in said
    assert file.read_text() == "precious"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("make", "--selector", "S!", "--domain", "example.org"), "is no selector"),
        (("make", "--selector", "s1", "--domain", "example"), "is no domain"),
        (("make", "--selector", "s1", "--domain", "example.org", "--file", "/proc/none/key"), "No such file"),
        (("show-dns", "--selector", "s1", "--domain", "example.org", "--file", "/proc/none/key"), "No such file"),
        (("show-dns", "--selector", "s1", "--domain", "example.org", "--file", "/proc/self/cmdline"), "no private key"),
    ],
)
def test_mistakes_are_told_without_a_traceback(words: tuple[str, ...], told: str) -> None:
    """A line on standard error, exit code 1."""
    code, said = _run(*words)

    assert code == 1
    assert told in said
    assert "Traceback" not in said


def test_a_key_of_links_is_added_below_the_others(tmp_path: Path) -> None:
    """It signs from now on; the others verify on."""
    settings = tmp_path / "postern.toml"
    settings.write_text('[hosting]\nkeys = "link.keys"\n')
    first = _run("make-link", "--config", str(settings))
    before = LinkKeys(tmp_path / "link.keys").read()
    second = _run("make-link", "--config", str(settings))

    assert (0, 0) == (first[0], second[0])
    assert ("1 key;" in first[1], "2 keys;" in second[1]) == (True, True)
    assert list(before) == list(LinkKeys(tmp_path / "link.keys").read()[1:])


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Whoever runs this would own it."""
    settings = tmp_path / "postern.toml"
    settings.write_text('[hosting]\nkeys = "none/link.keys"\n')
    code, said = _run("make-link", "--config", str(settings))

    assert (code, "No such file" in said) == (1, True)
