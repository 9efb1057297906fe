"""The one type of everything that is parsed here: a whole raw message, in memory or mapped."""

import mmap

Buffer = bytes | mmap.mmap
"""Slicing copies the slice only; `find` and compiled expressions work on both."""
