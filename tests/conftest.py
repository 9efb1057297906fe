"""Fixtures for every test: the services that are started once for all."""

from tests.services.clamd import clamd

__all__ = ["clamd", "pytest_make_parametrize_id"]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument: made files hold times, and all processes must name a test alike."""
    return argname if isinstance(val, bytes) else None
