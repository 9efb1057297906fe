"""Fixtures for every test: the services that are started once for all."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from tests.services.clamd import clamd

__all__ = ["clamd", "pytest_make_parametrize_id"]

settings.register_profile("fuzz", max_examples=10_000, deadline=None)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument: made files hold times, and all processes must name a test alike."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Undo what a test did to the log of this process: commands silence it."""
    yield
    structlog.reset_defaults()
