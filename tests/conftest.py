"""Fixtures for every test: the services that are started once for all."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings
from xdist.remote import Producer

from tests.services.clamd import clamd
from tests.sharing import ByFile

__all__ = ["clamd", "pytest_make_parametrize_id", "pytest_xdist_make_scheduler"]

settings.register_profile("suite", deadline=None)  # a deadline would be an assertion about a busy machine's clock
settings.register_profile("fuzz", max_examples=10_000, deadline=None)
settings.load_profile("suite")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name what differs between processes so that all of them name a test alike: made files, and sets."""
    if isinstance(val, bytes):
        return argname
    return ",".join(sorted(map(repr, val))) if isinstance(val, set | frozenset) else None


@pytest.hookimpl(optionalhook=True)  # there is none without xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """Share the tests out in our way."""
    return ByFile(config, log)


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Undo what a test did to the log of this process: commands silence it."""
    yield
    structlog.reset_defaults()
