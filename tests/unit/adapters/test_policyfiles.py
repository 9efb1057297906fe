"""The policies folder on disk."""

import shutil
from pathlib import Path

import pytest

from gateway.adapters import policyfiles
from gateway.adapters.policyfiles import load
from gateway.filetype.names import DETECTED
from gateway.model.policy import Action
from gateway.policy.source import PolicyErrors
from tests.unit.policy.samples import SHIPPED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped policies."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "policies"))


def problems(folder: Path) -> list[str]:
    with pytest.raises(PolicyErrors) as caught:
        load(folder)
    return [str(one).removeprefix(f"{folder}/") for one in caught.value.problems]


def test_shipped_policies_have_no_mistakes() -> None:
    """And say what the documentation says."""
    made = load(SHIPPED)
    example = made.tenant_of("anybody@example.test")

    assert example is made.tenant_of("anybody@sub.example.test")
    assert example is not None
    assert str(example.route) == "maildir:maildir/example.test"
    assert (example.policy.allow, example.policy.otherwise) == (("images", "videos", "pdf"), Action.REJECT)
    assert [rule.id for rule in example.policy.rules if rule.locked] == ["malware", "executables"]
    assert made.tenant_of("anybody@example.org") is None


def test_shipped_families_use_the_words_of_detection() -> None:
    """A type that is spelled another way would never be found."""
    default = load(SHIPPED).default
    assert default is not None
    used = {word for family in default.families for word in family.detected}

    assert used - set(DETECTED) == set()


def test_forbidden_families_share_no_word_with_others() -> None:
    """Or the locked rules would refuse what a tenant may allow."""
    default = load(SHIPPED).default
    assert default is not None
    locked = {name for rule in default.rules if rule.locked for name in rule.when.family}
    words: dict[bool, set[str]] = {True: set(), False: set()}
    for one in default.families:
        words[one.name in locked] |= {f".{ext}" for ext in one.ext} | one.detected | one.declared

    assert words[True] & words[False] == set()


def test_version_names_exactly_these_bytes(folder: Path) -> None:
    """The same on every machine; another one for a single comment."""
    before = load(folder).version
    tenant = folder / "tenants" / "example.yaml"
    tenant.write_text(tenant.read_text() + "# changed\n")

    assert before == load(SHIPPED).version
    assert before != load(folder).version


def test_missing_files_are_named(tmp_path: Path) -> None:
    """An empty folder serves nobody, so it is a mistake and not a set without tenants."""
    assert problems(tmp_path) == [
        "default.yaml:1:1: cannot be read: No such file or directory",
        "families.yaml:1:1: cannot be read: No such file or directory",
        "tenants:1:1: no tenant is named; add a file such as tenants/acme.yaml",
    ]


def test_file_that_would_silently_not_count_is_named(folder: Path) -> None:
    """A tenant in the wrong ending would be refused all its mail."""
    (folder / "tenants" / "acme.yml").write_text("")

    assert problems(folder) == ["tenants/acme.yml:1:1: is not read; call it acme.yaml"]


def test_file_out_of_bounds_is_refused(folder: Path) -> None:
    """Before anything is made of it."""
    (folder / "tenants" / "big.yaml").write_bytes(b"#" * (policyfiles.MAX_BYTES + 1))

    assert problems(folder) == ["tenants/big.yaml:1:1: larger than 1024 KiB"]


def test_mistakes_of_yaml_and_of_words_come_together(folder: Path) -> None:
    """One run of the linter is enough, whatever kind of mistake it is."""
    (folder / "tenants" / "a.yaml").write_text("tenant: a\ndomains: [\tx\n")
    (folder / "tenants" / "b.yaml").write_text(
        "tenant: b\ndomains: [example.test]\nnext_hop: smtp://b\nallow: [imags]\n"
    )

    assert [one.partition(" ")[0] for one in problems(folder)] == [
        "tenants/a.yaml:3:1:",
        "tenants/b.yaml:4:9:",
        "tenants/example.yaml:3:11:",
    ]
