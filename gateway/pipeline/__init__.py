"""Floor 5: the life of one message. Read `process.py` first; it sees the world only through `ports`."""
