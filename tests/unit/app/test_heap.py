"""Memory of one message is there for the next."""

import subprocess
import sys

_PROBE = """
import resource
from gateway.app.heap import keep_freed_memory
keep_freed_memory()
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def use():
    for _ in range(10):
        held = [bytes(256 * 1024 + 1) for _ in range(8)]
use()
before = faults()
use()
print(faults() - before)
"""


def test_buffers_of_the_next_message_need_no_new_pages() -> None:
    """Twenty megabytes come and go without a page fault for each of their pages."""
    done = subprocess.run([sys.executable, "-c", _PROBE], check=True, capture_output=True, text=True)

    assert int(done.stdout) < 100
