"""What the linter finds beyond what keeps a folder from being served; a process each where it forks."""

import shutil
from collections.abc import Iterator

import pytest

from gateway.cli.policy_lint import is_public_suffix
from tests.unit.app.serving import Place, place
from tests.unit.policy.samples import SHIPPED

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def here() -> Iterator[Place]:
    """Give a folder with a copy of the shipped policies."""
    with place() as one:
        shutil.copytree(SHIPPED, one.folder / "shipped")
        yield one


def test_shipped_policies_pass_their_own_tests(here: Place) -> None:
    """All presets, in the way of live mail."""
    done = here.postern("policy", "lint", "shipped")

    assert (done.returncode, done.stderr) == (0, b"")
    assert b": no mistakes; " in done.stdout


def test_failing_test_and_wide_exception_are_mistakes_with_their_place(here: Place) -> None:
    """Beside each other, and a file that is not there is one too."""
    (here.folder / "shipped/tenants/acme.yaml").write_text(
        "tenant: acme\ndomains: [acme.test]\nnext_hop: smtp://mx.acme.test\n"
        "rules:\n"
        "  - {id: all, when: {sender: {domain: '*.co.uk', auth: spf}}, then: {action: allow}, expires: 2999-01-01}\n"
        "tests:\n"
        "  - {name: photo, file: tests/photo.png, expect: reject}\n"
        "  - {name: nothing, file: tests/nothing.png, expect: allow}\n"
        "  - {name: letter, file: tests/letter.docx, expect: reject, reason: macros}\n"
    )
    done = here.postern("policy", "lint", "shipped")

    assert (done.returncode, done.stdout) == (1, b"")
    assert [line.partition("acme.yaml:")[2] for line in done.stderr.decode().splitlines()] == [
        '5:5: "*.co.uk" covers a public suffix; name domains below it, or override: NAME',
        '7:5: the test "photo" fails: expected reject, not allow',
        '8:5: the test "nothing" fails: tests/nothing.png cannot be read: No such file or directory',
        '9:5: the test "letter" fails: expected reject macros, not reject type_not_allowed',
    ]


def test_end_that_is_over_is_a_mistake(here: Place) -> None:
    """Although the gateway itself would go on with such a file."""
    (here.folder / "shipped/tenants/acme.yaml").write_text(
        "tenant: acme\ndomains: [acme.test]\nnext_hop: smtp://mx.acme.test\n"
        "scanning: {ignore_signatures: [{name: PUA.X, expires: 2001-01-01}]}\n"
    )
    done = here.postern("policy", "lint", "shipped")

    assert done.returncode == 1
    assert b'acme.yaml:4:32: the time in which "PUA.X" is ignored is over since 2001-01-02' in done.stderr


def test_public_suffixes_are_those_below_which_anybody_registers() -> None:
    """Not domains of one owner, and not names of private networks."""
    names = ("co.uk", "github.io", "acme.co.uk", "acme.internal")

    assert [is_public_suffix(one) for one in names] == [True, True, False, False]
