"""`postern serve`."""

import os
from pathlib import Path

from gateway.app.config import ConfigError, find, load
from gateway.app.settings import Settings
from gateway.app.start import StartError, check, start
from gateway.cli.show import complain


def serve(config: Path | None, *, only_check: bool) -> int:
    """Run the gateway, or only see whether it would run; return the exit code."""

    def read() -> Settings:
        return load(find(config), os.environ)

    try:
        if only_check:
            check(read)
            return 0
        return start(read)
    except (ConfigError, StartError) as error:
        return complain(error.problems)
