"""Fixtures for every test: the services that are started once for all."""

from tests.services.clamd import clamd

__all__ = ["clamd"]
