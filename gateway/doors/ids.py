"""Message ids: unique over all workers, short enough to be read out on the telephone."""

import base64
import os
import time


def new_id() -> str:
    """Return 16 characters of 0-9 and A-V that sort by time: 48 bits of milliseconds, 32 bits of chance."""
    milliseconds = time.time_ns() // 1_000_000
    return base64.b32hexencode(milliseconds.to_bytes(6) + os.urandom(4)).decode()
