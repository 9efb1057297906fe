"""Floor 1: which attachment domain stands for whom, and what its health means. Pure."""
