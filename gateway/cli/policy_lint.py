"""What `postern policy lint` finds beyond what keeps a folder from being served: ends, wide patterns, failing tests."""

import time
from functools import cache
from pathlib import Path

from publicsuffixlist import PublicSuffixList

from gateway.cli.policy_tests import failing
from gateway.cli.show import silence_logs
from gateway.model.policyset import PolicySet
from gateway.policy.review import Remarks, review


def remarks(found: PolicySet, folder: Path) -> Remarks:
    """Review a set as it is today, and run its tests."""
    silence_logs()
    said = review(found, time.time(), is_public_suffix)
    return Remarks(tuple(sorted((*said.mistakes, *failing(found.tests, folder)))), said.warnings)


def is_public_suffix(domain: str) -> bool:
    """Tell whether anybody can register below a domain; a top-level domain that nobody lists is none of ours."""
    return _suffixes().is_public(domain) and "." in domain


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)
