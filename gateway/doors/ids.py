"""Message ids: unique over all workers, short enough to be read out on the telephone."""

import base64
import os
import time

from gateway.model.reply import Reply


def new_id() -> str:
    """Return 16 characters of 0-9 and A-V that sort by time: 48 bits of milliseconds, 32 bits of chance."""
    milliseconds = time.time_ns() // 1_000_000
    return base64.b32hexencode(milliseconds.to_bytes(6) + os.urandom(4)).decode()


def with_id(reply: Reply, message_id: str) -> Reply:
    """Return the reply with our id in its last line, where it isn't there already."""
    if any(message_id in line for line in reply.lines):
        return reply
    last = f"{reply.lines[-1]} (id={message_id})".lstrip()
    return Reply(reply.code, reply.detail, (*reply.lines[:-1], last))
