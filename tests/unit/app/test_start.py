"""What stops a start."""

import pytest

from gateway.app.config import load
from gateway.app.start import StartError, start
from tests.unit.app.serving import place

pytestmark = pytest.mark.enable_socket


def test_all_problems_are_told_before_anything_runs() -> None:
    """The policy and the certificate are both wrong: one start tells both."""
    with place() as here:
        here.tenant.write_text("tenant: example\nnext_hop: nowhere\n")
        here.add('[tls]\ncertificate = "absent.pem"\n')
        with pytest.raises(StartError) as caught:
            start(lambda: load(here.settings, {}))

        assert [problem.partition(":")[0] for problem in caught.value.problems] == [
            f"TLS certificate {here.folder}/absent.pem with key {here.folder}/absent.pem",
            *[str(here.tenant)] * (len(caught.value.problems) - 1),
        ]
        assert len(caught.value.problems) > 1
