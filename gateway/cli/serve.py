"""`postern serve`."""

import os
from pathlib import Path

from gateway.app.config import ConfigError, find, load
from gateway.app.settings import Settings
from gateway.app.start import DUTIES, StartError, check, start
from gateway.cli.show import complain


def serve(config: Path | None, role: str = "mail", *, only_check: bool) -> int:
    """Run one duty of the gateway, or only see whether it would run; return the exit code."""

    def read() -> Settings:
        return load(find(config), os.environ)

    if role not in DUTIES:
        return complain((f"there is no role {role}; allowed: {', '.join(DUTIES)}",))
    try:
        if only_check:
            check(read, role)
            return 0
        return start(read, role)
    except (ConfigError, StartError) as error:
        return complain(error.problems)
