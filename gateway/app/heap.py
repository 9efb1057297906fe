"""How the C library's allocator treats memory that comes and goes with each message (glibc; others ignore it)."""

import ctypes

from gateway.model.limits import MIB

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Of mallopt(3)."""
_KEPT = 8 * MIB
_OWN_MAP = 4 * MIB


def keep_freed_memory() -> None:
    """Keep up to 8 MiB for the next message.

    By default the pages of every buffer go back to the kernel and are zeroed for the next: an eighth of a 1 MB mail.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_TRIM_THRESHOLD, _KEPT)
        mallopt(_M_MMAP_THRESHOLD, _OWN_MAP)
