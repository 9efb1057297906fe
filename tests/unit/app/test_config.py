"""Reading settings: every mistake is named with its place and what is allowed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.app import config
from gateway.app.config import ConfigError, load
from gateway.app.settings import sections
from gateway.app.units import Address


def problems_of(path: Path, text: str, environ: dict[str, str] | None = None) -> list[str]:
    """Return what is said about a file, without its folder."""
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    return [one.replace(f"{path}:", "") for one in caught.value.problems]


def test_relative_paths_are_taken_from_the_files_folder(tmp_path: Path) -> None:
    """Defaults and written paths alike."""
    path = tmp_path / "postern.toml"
    path.write_text('[paths]\nspool = "elsewhere/spool"\nrun = "/run/postern"\n')
    paths = load(path, {}).paths

    assert (paths.policies, paths.spool, paths.run) == (
        tmp_path / "policies",
        tmp_path / "elsewhere/spool",
        Path("/run/postern"),
    )


def test_without_a_file_the_defaults_hold() -> None:
    """A newcomer needs no file."""
    assert load(None, {}).listen.smtp == (Address("127.0.0.1", 2525),)


def test_environment_overrides_the_file(tmp_path: Path) -> None:
    """Numbers are read as TOML, lists may be separated by commas, text needs no quotes."""
    path = tmp_path / "postern.toml"
    path.write_text('[server]\nworkers = 1\n[limits]\nsize = "1MiB"\n')
    settings = load(
        path,
        {
            "POSTERN__SERVER__WORKERS": "3",
            "POSTERN__LIMITS__SIZE": "2MiB",
            "POSTERN__LISTEN__SMTP": "127.0.0.1:25,[::1]:25",
            "HOME": "/nowhere",
        },
    )

    assert (settings.server.workers, settings.limits.size, len(settings.listen.smtp)) == (3, 2 * 1024**2, 2)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Unknown section, unknown key, wrong word, missing unit, wrong type: one run names them all."""
    text = """\
[server]
worker = 3
workers = 0
[limits]
size = 50
recipients = "many"
[relay]
tls = "maybe"
[shop]
x = 1
"""

    assert sorted(problems_of(tmp_path / "postern.toml", text)) == [
        "2: server.worker: unknown key; allowed: hostname, workers, children",
        "3: server.workers: too small; allowed: 1 and more",
        '5: limits.size: a size needs a unit; allowed: a whole number with B, KiB, MiB, GiB, such as "20MiB"',
        "6: limits.recipients: not a whole number; allowed: a whole number without quotes",
        "8: relay.tls: unknown word; allowed: 'may', 'verify' or 'never'",
        f"9: shop: unknown section; allowed: {', '.join(sections())}",
    ]


def test_mistake_in_the_environment_names_its_variable(tmp_path: Path) -> None:
    """The file is not blamed for it."""
    found = problems_of(tmp_path / "postern.toml", "", {"POSTERN__LOG__LEVEL": "loud", "POSTERN__LOG": "x"})

    assert found == [
        "POSTERN__LOG: log: not a section; allowed: [name] on a line of its own, keys below it",
    ]


def test_value_of_a_section_must_be_a_section(tmp_path: Path) -> None:
    """A scalar where a section belongs is told so."""
    assert problems_of(tmp_path / "postern.toml", "log = 1\n") == [
        "1: log: not a section; allowed: [name] on a line of its own, keys below it"
    ]


def test_syntax_error_has_line_and_column(tmp_path: Path) -> None:
    """TOML's own mistakes too."""
    assert problems_of(tmp_path / "postern.toml", "[server]\nworkers = = 2\n") == ["2:11: not TOML: Invalid value"]


def test_unfinished_file_is_told_by_its_last_line(tmp_path: Path) -> None:
    """A mistake at the end of the document still has a line."""
    found = problems_of(tmp_path / "postern.toml", '[listen]\nsmtp = ["127.0.0.1:25"')

    assert found == ["2: not TOML: Unclosed array"]


def test_key_needs_a_certificate(tmp_path: Path) -> None:
    """Settings that need each other are checked together."""
    assert problems_of(tmp_path / "postern.toml", '[tls]\nkey = "key.pem"\n') == [
        "1: tls: a key without a certificate; allowed: both, or a certificate whose file holds the key"
    ]


def test_unreadable_file_is_told(tmp_path: Path) -> None:
    """A missing file and one that is not text."""
    (tmp_path / "latin.toml").write_bytes(b"# \xfc\n")
    for name, words in (("absent.toml", "cannot be read"), ("latin.toml", "not UTF-8")):
        with pytest.raises(ConfigError, match=words):
            load(tmp_path / name, {})


def test_file_given_wins_over_the_usual_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one given, else ./postern.toml."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "postern.toml").touch()

    assert [config.find(Path("x.toml")), config.find(None)] == [Path("x.toml"), Path("postern.toml")]


@given(st.text())
def test_no_text_makes_anything_but_a_config_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Any file is either taken or refused with problems."""
    path = tmp_path_factory.mktemp("config") / "postern.toml"
    path.write_text(text, "utf-8", "replace", newline="")
    try:
        problems: tuple[str, ...] = ()
        load(path, {})
    except ConfigError as error:
        problems = error.problems

    assert all(problem.startswith(f"{path}:") for problem in problems)
