"""The duty of jobs: one process that listens on nothing."""

import subprocess
import sys

from gateway.app.config import load
from gateway.app.jobs import Jobs
from gateway.app.listeners import Listeners


def test_there_is_one_process() -> None:
    """Whatever a predecessor left."""
    settings = load(None, {})
    cast = Jobs(settings, ["jobs"]).cast(settings, Listeners())

    assert (["jobs"], ()) == (list(cast.roles), Jobs.addresses(settings))


def test_no_worker_pays_for_jobs() -> None:
    """What they need is loaded by their own process."""
    code = "import sys, gateway.app.start; print([one for one in ('httpx', 'sqlalchemy') if one in sys.modules])"
    outcome = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert "[]\n" == outcome.stdout
