"""Floor 1: bytes to a tree of spans, and back without loss."""
