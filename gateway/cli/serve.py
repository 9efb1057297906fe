"""`postern serve`."""

import os
from pathlib import Path

from gateway.app.config import ConfigError, find, load
from gateway.app.start import StartError, start
from gateway.cli.show import complain


def serve(config: Path | None) -> int:
    """Run the gateway; return the exit code."""
    try:
        return start(lambda: load(find(config), os.environ))
    except (ConfigError, StartError) as error:
        return complain(error.problems)
