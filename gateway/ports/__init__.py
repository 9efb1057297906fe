"""Floor 4: what the core needs from the world, as small Protocols without code."""
