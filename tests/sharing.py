"""How the tests are shared out between processes: what shares services or one long measure stays together.

`--dist loadgroup` does that by marks, but pytest 9.2 with pytest-xdist 3.8 ignores them silently (pytest-xdist #1386).
"""

from xdist.scheduler import LoadScopeScheduling

_TOGETHER = ("tests/e2e/", "tests/detection/")


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist says no types
    """Give a process the tests of a file, or of a folder that stays together; the largest first."""

    def _split_scope(self, nodeid: str) -> str:
        """Name what the test belongs to."""
        whole = (folder for folder in _TOGETHER if nodeid.startswith(folder))
        return next(whole, nodeid.partition("::")[0])
